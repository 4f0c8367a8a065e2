// A node asked over the system's own ssh: the user's configuration, agent, keys and jump hosts apply as they are.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "io/child_process.hpp"
#include "io/handshake_limiter.hpp"
#include "outside/node_channel.hpp"
#include "parse/frame.hpp"
#include "parse/ssh_settings.hpp"

namespace fleetwatch::io {

struct SshOptions {
  std::string ssh_program = "ssh";
  std::string key_path;               // private key for nodes without one in the inventory; empty: agent and defaults
  std::vector<std::string> settings;  // each given to ssh as "-o"
  std::string report_command;         // run instead of the collector, without sudo; empty: the collector
  std::string askpass_program;        // calls answer_as_askpass (io/askpass.hpp); empty: passwords are not used
  std::function<void(std::string_view)> notice;  // told once when unknown host keys are accepted; may be empty
  HandshakeLimits limits;
};

// Used on one thread, and outlives its questions. Host key checking is never weakened, with one exception that is told
// through `notice`: "ask", which nobody could answer, becomes "accept-new" (a changed key is still refused).
// A node's password answers at most one question of its own ssh; of a jump host's none.
class SshChannel final : public outside::NodeChannel {
 public:
  SshChannel(SshOptions options, const Clock& clock);

  boost::asio::awaitable<outside::AskResult> ask(const model::InventoryNode& node, Deadline deadline) override;

 private:
  // What ssh itself says applies to the node (ssh -G), or why it cannot be asked.
  boost::asio::awaitable<std::variant<parse::SshSettings, outside::AskFailure>> settings_of(
      std::vector<std::string> login, Deadline deadline);
  boost::asio::awaitable<outside::AskResult> run(ProgramCall call, std::string token, HandshakeLimiter::Slot slot,
                                                 Deadline deadline);
  // With a pipe that holds the node's password, when it has one.
  Result<ProgramCall> call_with_password(std::vector<std::string> arguments, const model::InventoryNode& node) const;
  bool has_usable_password(const model::InventoryNode& node) const;
  std::vector<std::string> login_arguments(const model::InventoryNode& node) const;
  std::vector<std::string> ask_arguments(const std::vector<std::string>& login, const parse::SshSettings& settings,
                                         std::string remote_line, Deadline deadline);

  SshOptions options_;
  const Clock& clock_;
  HandshakeLimiter limiter_;
  bool noticed_ = false;
};

}  // namespace fleetwatch::io
