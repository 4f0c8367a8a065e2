#include "parse/ssh_diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "base/text.hpp"
#include "parse/message_excerpt.hpp"

namespace fleetwatch::parse {

namespace {

using model::FailureReason;

constexpr int kSshFailed = 255;  // ssh's exit status for errors of its own
constexpr int kNotExecutable = 126;
constexpr int kNotFound = 127;

struct Rule {
  std::string_view part;  // of one line, in lower case
  FailureReason reason;
  std::string_view sentence;
  bool again;  // a connection problem
};

// The first rule with a matching line decides: what is definite stands before what it entails. After a refused
// connection through a jump host, for example, ssh also says that its peer closed the connection.
constexpr std::array kBeforeLogin = std::to_array<Rule>({
    {"has changed and you have requested strict checking", FailureReason::host_key, "the host's key has changed",
     false},
    {"host key is known for", FailureReason::host_key, "the host's key is not known", false},
    {"revoked host key", FailureReason::host_key, "the host's key is revoked", false},
    {"host key verification failed", FailureReason::host_key, "the host's key could not be verified", false},
    {"could not resolve hostname", FailureReason::dns, "the host name does not resolve", true},
    {"name or service not known", FailureReason::dns, "the host name does not resolve", true},
    {"temporary failure in name resolution", FailureReason::dns, "the host name does not resolve", true},
    {"connection refused", FailureReason::refused, "the connection was refused", true},
    {"administratively prohibited", FailureReason::refused, "the jump host forbids the connection", false},
    {"no matching", FailureReason::refused, "no algorithm that both ends allow", false},
    {"timed out", FailureReason::timeout, "the connection timed out", true},
    {"no route to host", FailureReason::timeout, "no route to the host", true},
    {"network is unreachable", FailureReason::timeout, "the network is unreachable", true},
    {"bad permissions", FailureReason::auth, "the private key file may be read by others", false},
    {"not accessible: no such file", FailureReason::auth, "the private key file does not exist", false},
    {"too many authentication failures", FailureReason::auth, "too many keys were offered", false},
    {"permission denied", FailureReason::auth, "the login was refused", false},
    {"no more authentication methods", FailureReason::auth, "the login was refused", false},
    {"bad configuration option", FailureReason::auth, "ssh does not accept its settings", false},
    {"bad owner or permissions on", FailureReason::auth, "ssh does not accept its settings", false},
    {"closed by unknown port", FailureReason::refused, "the jump host or proxy closed the connection", true},
    {"exceeded maxstartups", FailureReason::throttled, "the host drops new connections", true},
    {"not allowed at this time", FailureReason::throttled, "the host drops new connections", true},
    {"exchange_identification", FailureReason::throttled, "the host drops new connections", true},
    {"connection reset", FailureReason::throttled, "the host dropped the connection before the login", true},
    {"connection closed by", FailureReason::throttled, "the host dropped the connection before the login", true},
    {"broken pipe", FailureReason::throttled, "the connection broke before the login", true},
});

// The remote line says "command not found in" only of its own search, so that rule may stand before sudo's.
constexpr std::array kAfterLogin = std::to_array<Rule>({
    {"command not found in", FailureReason::no_command, "no collector on the node", false},
    {"sudo: command not found", FailureReason::sudo, "sudo is not installed on the node", false},
    {"sudo: not found", FailureReason::sudo, "sudo is not installed on the node", false},
    {"command not found: sudo", FailureReason::sudo, "sudo is not installed on the node", false},
    {"sudo: a password is required", FailureReason::sudo, "sudo wants a password", false},
    {"sudo: a terminal is required", FailureReason::sudo, "sudo wants a terminal", false},
    {"must have a tty to run sudo", FailureReason::sudo, "sudo wants a terminal", false},
    {"is not in the sudoers", FailureReason::sudo, "sudo refuses", false},
    {"may not run sudo", FailureReason::sudo, "sudo refuses", false},
    {"is not allowed to execute", FailureReason::sudo, "sudo refuses", false},
    {"is not allowed to run sudo", FailureReason::sudo, "sudo refuses", false},
    {"no new privileges", FailureReason::sudo, "sudo cannot gain privileges", false},
    {"effective uid is not 0", FailureReason::sudo, "sudo cannot gain privileges", false},
    {"no valid sudoers sources", FailureReason::sudo, "sudo has no valid settings", false},
    {"account validation failure", FailureReason::sudo, "sudo refuses", false},
    {"unable to execute", FailureReason::no_permission, "the collector may not be run", false},
    {"command not found", FailureReason::no_command, "no collector on the node", false},
    {"unknown command", FailureReason::no_command, "the collector knows no `node report`", false},
    {"no such file or directory", FailureReason::no_command, "no collector on the node", false},
    {"permission denied", FailureReason::no_permission, "the collector may not be run", false},
    {"operation not permitted", FailureReason::no_permission, "the collector may not be run", false},
});

// What an account that runs no commands prints instead.
constexpr std::array kNoShell = std::to_array<Rule>({
    {"account is currently not available", FailureReason::auth, "the account may not log in", false},
    {"please login as the user", FailureReason::auth, "the account may not log in", false},
    {"account has expired", FailureReason::auth, "the account has expired", false},
    {"password has expired", FailureReason::auth, "the account's password has expired", false},
});

struct Match {
  const Rule* rule = nullptr;
  std::string_view line;
};

Match first_match(std::span<const Rule> rules, std::string_view text) {
  const auto said = lines(text);
  for (const auto& rule : rules) {
    const auto line =
        std::find_if(said.begin(), said.end(), [&](auto one) { return contains_ignoring_case(one, rule.part); });
    if (line != said.end()) return {&rule, *line};
  }
  return {};
}

// Without what ssh says of successes.
std::string without_notices(std::string_view text) {
  std::string rest;
  for (const auto line : lines(text)) {
    if (line.starts_with("Warning: Permanently added")) continue;
    rest += line;
    rest += '\n';
  }
  return rest;
}

std::string with_excerpt(std::string sentence, std::string_view text) {
  const auto excerpt = message_excerpt(text);
  return excerpt.empty() ? sentence : fmt::format("{}: {}", sentence, excerpt);
}

std::string ssh_status(const SshEnd& end) {
  return end.exit_status ? fmt::format("SSH failed, exit code {}", *end.exit_status) : "SSH was killed";
}

SshFailure matched(const Match& match, std::string_view status) {
  const auto sentence = fmt::format("{} ({})", match.rule->sentence, status);
  return {{match.rule->reason, with_excerpt(sentence, match.line)}, match.rule->again};
}

SshFailure failed_before_login(const SshEnd& end) {
  if (const auto match = first_match(kBeforeLogin, end.standard_error); match.rule != nullptr) {
    return matched(match, ssh_status(end));
  }
  const auto sentence = fmt::format("the connection ended before the login ({})", ssh_status(end));
  return {{FailureReason::throttled, with_excerpt(sentence, without_notices(end.standard_error))}, true};
}

// The account answers, but not to our line: a forced command, or no shell.
SshFailure failed_without_marks(const SshEnd& end, const FrameReader& reply) {
  const auto status = ssh_status(end);
  for (const auto text : {reply.body(), end.standard_error}) {
    if (const auto match = first_match(kNoShell, text); match.rule != nullptr) return matched(match, status);
  }
  if (const auto match = first_match(kAfterLogin, end.standard_error); match.rule != nullptr) {
    return matched(match, status);
  }
  const auto sentence = fmt::format("the account answered with something else than a report ({})", status);
  const auto errors = without_notices(end.standard_error);
  return {{FailureReason::bad_report, with_excerpt(sentence, reply.body().empty() ? errors : reply.body())}, false};
}

SshFailure failed_remotely(const SshEnd& end, const FrameReader& reply) {
  const int code = reply.remote_status().value_or(0);
  const auto status = fmt::format("remote exit code {}", code);
  if (code != 0) {
    if (const auto match = first_match(kAfterLogin, end.standard_error); match.rule != nullptr) {
      return matched(match, status);
    }
  }
  const auto errors = without_notices(end.standard_error);
  if (code == kNotFound) {
    return {{FailureReason::no_command, with_excerpt("no collector on the node (" + status + ")", errors)}, false};
  }
  if (code == kNotExecutable) {
    return {{FailureReason::no_permission, with_excerpt("the collector may not be run (" + status + ")", errors)},
            false};
  }
  if (reply.body().empty()) {
    return {{FailureReason::bad_report, with_excerpt("the collector gave no report (" + status + ")", errors)}, false};
  }
  return {
      {FailureReason::bad_report, with_excerpt("could not parse the report, it is not one JSON object", reply.body())},
      false};
}

}  // namespace

SshFailure diagnose_ssh(const SshEnd& end, const FrameReader& reply) {
  using State = FrameReader::State;
  if (reply.state() == State::too_large) {
    return {{FailureReason::too_large, "the reply has more bytes than a report may have"}, false};
  }
  if (reply.state() == State::complete) return failed_remotely(end, reply);
  if (end.deadline_passed) {
    if (reply.logged_in())
      return {{FailureReason::node_timeout, "logged in, but the report did not end in time"}, false};
    return {{FailureReason::timeout, "no connection or no login in time"}, false};
  }
  const bool ssh_failed = !end.exit_status || *end.exit_status == kSshFailed;
  if (reply.logged_in()) {
    const auto sentence = fmt::format("the connection ended before the report was whole ({})", ssh_status(end));
    return {{FailureReason::bad_report, with_excerpt(sentence, without_notices(end.standard_error))}, ssh_failed};
  }
  return ssh_failed ? failed_before_login(end) : failed_without_marks(end, reply);
}

}  // namespace fleetwatch::parse
