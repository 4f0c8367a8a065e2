// One question over a remote shell: the line that is run there, and the reply between two marks.
//
//   …whatever the login printed…
//   fw:<token>:begin
//   {…}                       what the collector wrote
//   fw:<token>:end:<status>
//
// The token is random, so that nothing printed before can be taken for a mark. The line itself never contains a whole
// mark: an account that echoes its command shows none.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace fleetwatch::parse {

// 1 to 64 hexadecimal digits.
bool valid_token(std::string_view token);

// A body between its two marks, as the reader below takes it.
std::string frame(std::string_view token, std::string_view body, int status);

// `token`: a valid one; anything else throws std::invalid_argument. `report_command` is the operator's
// own text, run as a shell command without sudo; empty: the collector that the node has, through sudo. Understood by
// sh, bash, dash, zsh, fish and csh as login shells.
std::string remote_line(std::string_view token, std::string_view report_command);

// Takes the reply in pieces of any size, in time linear in their sum, and keeps at most `limit_bytes`.
class FrameReader {
 public:
  enum class State {
    waiting,    // no mark yet
    inside,     // the first mark was seen: logged in
    complete,   // both marks were seen, the second with its status: nothing more is wanted
    too_large,  // more than the limit: nothing more is wanted
  };

  FrameReader(std::string_view token, std::size_t limit_bytes);

  State feed(std::string_view bytes);
  State state() const { return state_; }
  bool logged_in() const { return begin_seen_; }
  // What the remote command ended with; only when complete.
  std::optional<int> remote_status() const { return remote_status_; }
  // What stands between the marks (complete), behind the first (inside), or everything (waiting: no marks at all, as a
  // forced command replies), without blanks at both ends. Valid until the next call of feed.
  std::string_view body() const;
  // A body that may be a report: complete or without marks, and begins and ends like one JSON object.
  bool has_object() const;

 private:
  void look_for_begin();
  void look_for_end();

  std::string begin_mark_;
  std::string end_mark_;
  std::size_t limit_bytes_;
  std::string bytes_;
  std::size_t searched_ = 0;  // no mark begins before this offset
  std::size_t body_from_ = 0;
  std::size_t body_to_ = 0;
  bool begin_seen_ = false;
  std::optional<int> remote_status_;
  State state_ = State::waiting;
};

}  // namespace fleetwatch::parse
