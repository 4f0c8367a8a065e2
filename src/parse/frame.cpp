#include "parse/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::size_t kTokenDigits = 64;
constexpr std::size_t kStatusDigits = 3;

// One word for any login shell. Inside single quotes fish reads backslashes and csh exclamation marks: these and the
// quote itself stand outside, behind a backslash, which all shells read alike.
std::string shell_word(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\' || c == '!') {
      word += fmt::format("'\\{}'", c);
    } else {
      word += c;
    }
  }
  return word + "'";
}

// Both scripts stand in single quotes for the login shell, and so have no single quote, backslash, exclamation mark or
// line end. The PATH of sshd often lacks the places of collectors. Messages must be in English to be classified.
constexpr std::string_view kSurroundings =
    "PATH=$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin; LC_ALL=C; export PATH LC_ALL; "
    "echo \"fw:$t:begin\"; ";

// sudo is left out only where there is none and root logged in. A collector that is not found is still tried, since
// sudo may know more places; when that fails too, the reason is said in words that sudo's own refusal does not hide.
constexpr std::string_view kCollect =
    "c=$(command -v fleetwatch-node || command -v orama || echo orama); s=\"sudo -n\"; "
    "command -v sudo >/dev/null || test \"$(id -u)\" != 0 || s=; "
    "$s $c node report --json </dev/null; r=$?; "
    "case $c in /*) ;; *) test $r = 0 || echo \"fleetwatch-node, $c: command not found in $PATH\" >&2;; esac; ";

constexpr std::string_view kRunGiven = "(eval \"$1\") </dev/null; r=$?; ";

constexpr std::string_view kEnd = "echo; echo \"fw:$t:end:$r\"";

}  // namespace

bool valid_token(std::string_view token) {
  return !token.empty() && token.size() <= kTokenDigits &&
         token.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

std::string frame(std::string_view token, std::string_view body, int status) {
  return fmt::format("fw:{0}:begin\n{1}\nfw:{0}:end:{2}\n", token, body, status);
}

std::string remote_line(std::string_view token, std::string_view report_command) {
  if (!valid_token(token)) throw std::invalid_argument("token of a remote line is not hexadecimal");
  if (report_command.empty()) return fmt::format("sh -c 't={}; {}{}{}'", token, kSurroundings, kCollect, kEnd);
  return fmt::format("sh -c 't={}; {}{}{}' sh {}", token, kSurroundings, kRunGiven, kEnd, shell_word(report_command));
}

FrameReader::FrameReader(std::string_view token, std::size_t limit_bytes)
    : begin_mark_(fmt::format("fw:{}:begin\n", token)),
      end_mark_(fmt::format("fw:{}:end:", token)),
      limit_bytes_(limit_bytes) {}

FrameReader::State FrameReader::feed(std::string_view bytes) {
  if (state_ == State::complete || state_ == State::too_large) return state_;
  const bool fits = bytes.size() <= limit_bytes_ - bytes_.size();
  bytes_.append(bytes.substr(0, limit_bytes_ - bytes_.size()));
  if (state_ == State::waiting) look_for_begin();
  if (state_ == State::inside) look_for_end();
  if (!fits && state_ != State::complete) state_ = State::too_large;
  return state_;
}

void FrameReader::look_for_begin() {
  const auto at = bytes_.find(begin_mark_, searched_);
  if (at == std::string::npos) {
    searched_ = bytes_.size() - std::min(bytes_.size(), begin_mark_.size() - 1);
    return;
  }
  begin_seen_ = true;
  state_ = State::inside;
  body_from_ = searched_ = at + begin_mark_.size();
}

void FrameReader::look_for_end() {
  const auto at = bytes_.find(end_mark_, searched_);
  if (at == std::string::npos) {
    searched_ = std::max(body_from_, bytes_.size() - std::min(bytes_.size(), end_mark_.size() - 1));
    return;
  }
  searched_ = at;
  const auto digits_from = at + end_mark_.size();
  const auto digits_to = bytes_.find_first_not_of("0123456789", digits_from);
  if (digits_to == std::string::npos && bytes_.size() - digits_from <= kStatusDigits) return;  // not all there yet
  const auto digits = std::string_view(bytes_).substr(digits_from, digits_to - digits_from);
  remote_status_ = digits.size() <= kStatusDigits ? to_number<int>(digits) : std::nullopt;
  body_to_ = at;
  state_ = State::complete;
}

std::string_view FrameReader::body() const {
  const auto to = state_ == State::complete ? body_to_ : bytes_.size();
  return trim(std::string_view(bytes_).substr(body_from_, to - body_from_));
}

bool FrameReader::has_object() const {
  if (state_ != State::complete && state_ != State::waiting) return false;
  const auto text = body();
  return text.size() >= 2 && text.front() == '{' && text.back() == '}';
}

}  // namespace fleetwatch::parse
