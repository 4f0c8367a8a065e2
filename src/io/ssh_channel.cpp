#include "io/ssh_channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <random>
#include <utility>

#include "base/limits.hpp"
#include "io/askpass.hpp"
#include "parse/ssh_diagnosis.hpp"

namespace fleetwatch::io {

namespace {

namespace asio = boost::asio;
using model::FailureReason;
using outside::AskFailure;
using outside::AskResult;

constexpr std::chrono::seconds kConnectTimeout{10};

std::string random_token() {
  std::random_device random;
  std::string token;
  for (int i = 0; i < 4; ++i) token += fmt::format("{:08x}", random());
  return token;
}

ProgramCall ssh_call(std::vector<std::string> arguments) {
  // Messages are classified, so they must be in English. No helper of the user's may ask in place of batch mode.
  return {std::move(arguments),
          {"LC_ALL=C"},
          {"SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", kAskpassPipeVariable, kAskpassKeyVariable},
          {}};
}

// Settings that keep a question apart from the user's other sessions: no forwarding that could clash with theirs, no
// command of the configuration's own, and never the shared connection that others would come to depend on (one that is
// there already is used). LogLevel: with QUIET in the configuration no failure would have a reason.
constexpr std::array<std::string_view, 8> kOwnSettings = {
    "ClearAllForwardings=yes", "ForwardAgent=no",  "ForwardX11=no", "PermitLocalCommand=no",
    "RemoteCommand=none",      "ControlMaster=no", "LogLevel=INFO", "ForkAfterAuthentication=no"};

void add_setting(std::vector<std::string>& arguments, std::string setting) {
  arguments.emplace_back("-o");
  arguments.push_back(std::move(setting));
}

AskFailure cannot_start(const Error& error) {
  return {{FailureReason::auth, fmt::format("the ssh program cannot be started: {}", to_string(error))}, false};
}

AskFailure from(parse::SshFailure failure) { return {std::move(failure.failure), failure.connection_problem}; }

}  // namespace

SshChannel::SshChannel(SshOptions options, const Clock& clock)
    : options_(std::move(options)), clock_(clock), limiter_(options_.limits) {}

asio::awaitable<AskResult> SshChannel::ask(const model::InventoryNode& node, Deadline deadline) {
  const auto login = login_arguments(node);
  auto settings = co_await settings_of(login, deadline);
  if (auto* failure = std::get_if<AskFailure>(&settings)) co_return std::move(*failure);
  const auto& known = std::get<parse::SshSettings>(settings);
  auto slot = co_await limiter_.acquire(fmt::format("{}:{}", known.hostname, known.port), known.way(), deadline);
  if (!slot) {
    co_return AskFailure{{FailureReason::timeout, "its turn to log in did not come in time"}, true};
  }
  auto token = random_token();
  auto arguments = ask_arguments(login, known, parse::remote_line(token, options_.report_command), deadline);
  auto call = call_with_password(std::move(arguments), node);
  if (!call) {
    co_return AskFailure{{FailureReason::auth, fmt::format("its password cannot be used: {}", to_string(call.error()))},
                         false};
  }
  co_return co_await run(std::move(*call), std::move(token), std::move(*slot), deadline);
}

asio::awaitable<std::variant<parse::SshSettings, AskFailure>> SshChannel::settings_of(std::vector<std::string> login,
                                                                                      Deadline deadline) {
  std::vector<std::string> arguments = {options_.ssh_program, "-G"};
  arguments.insert(arguments.end(), login.begin(), login.end());
  std::string said;
  OutputConsumer consume = [&said](std::string_view bytes) {
    said.append(bytes.substr(0, limits::kConfigFileBytes - said.size()));
    return said.size() < limits::kConfigFileBytes;
  };
  auto call = ssh_call(std::move(arguments));
  auto end = co_await run_program(std::move(call), deadline, std::move(consume));
  if (!end) co_return cannot_start(end.error());
  if (end->cause == ProgramEnd::Cause::exited && end->exit_status == 0) co_return parse::parse_ssh_settings(said);
  const parse::FrameReader no_reply("0", 0);
  const parse::SshEnd ssh_end{end->exit_status, end->standard_error, end->cause == ProgramEnd::Cause::deadline};
  co_return from(parse::diagnose_ssh(ssh_end, no_reply));
}

asio::awaitable<AskResult> SshChannel::run(ProgramCall call, std::string token, HandshakeLimiter::Slot slot,
                                           Deadline deadline) {
  parse::FrameReader reply(token, limits::kReportBytes);
  Steady::time_point logged_in_at{};
  OutputConsumer consume = [&](std::string_view bytes) {
    using State = parse::FrameReader::State;
    const bool was_logged_in = reply.logged_in();
    const auto state = reply.feed(bytes);
    if (!was_logged_in && reply.logged_in()) {
      logged_in_at = clock_.monotonic();
      slot.release();
    }
    // A report is enough at once; where there is none, standard error, which comes apart, says why until ssh ends.
    return state != State::too_large && !(state == State::complete && reply.has_object());
  };
  auto end = co_await run_program(std::move(call), deadline, std::move(consume));
  if (!end) co_return cannot_start(end.error());
  const bool complete = reply.state() == parse::FrameReader::State::complete;
  const bool cut = end->cause == ProgramEnd::Cause::deadline && !complete;
  if (reply.has_object() && !cut) {
    const auto took = reply.logged_in() ? clock_.monotonic() - logged_in_at : Steady::duration::zero();
    co_return outside::RawReport{std::string(reply.body()), clock_.unix_ms(),
                                 std::chrono::duration_cast<milliseconds>(took).count()};
  }
  const parse::SshEnd ssh_end{end->exit_status, end->standard_error, cut};
  co_return from(parse::diagnose_ssh(ssh_end, reply));
}

Result<ProgramCall> SshChannel::call_with_password(std::vector<std::string> arguments,
                                                   const model::InventoryNode& node) const {
  auto call = ssh_call(std::move(arguments));
  if (!has_usable_password(node)) return {std::move(call)};
  auto pipe = password_pipe(node.password);
  if (!pipe) return pipe.error();
  const auto set = [&](std::string_view name, std::string_view value) {
    call.environment.push_back(fmt::format("{}={}", name, value));
  };
  set("SSH_ASKPASS", options_.askpass_program);
  set("SSH_ASKPASS_REQUIRE", "force");
  set(kAskpassPipeVariable, pipe->name);
  if (!node.key_path.empty()) set(kAskpassKeyVariable, node.key_path);
  call.input = std::move(pipe->read);
  return {std::move(call)};
}

bool SshChannel::has_usable_password(const model::InventoryNode& node) const {
  return !node.password.empty() && !options_.askpass_program.empty();
}

std::vector<std::string> SshChannel::login_arguments(const model::InventoryNode& node) const {
  // Of a setting given twice ssh takes the first: the operator's stand before ours, but for asking, which nobody could
  // answer. A password is tried once: again would be the same, and could lock the account. It lies on standard input,
  // which -n keeps ssh itself from reading.
  std::vector<std::string> arguments = {"-T", "-n"};
  if (has_usable_password(node)) {
    add_setting(arguments, "BatchMode=no");
    add_setting(arguments, "NumberOfPasswordPrompts=1");
  } else {
    add_setting(arguments, "BatchMode=yes");
  }
  for (const auto& setting : options_.settings) add_setting(arguments, setting);
  for (const auto setting : kOwnSettings) add_setting(arguments, std::string(setting));
  const auto& key = node.key_path.empty() ? options_.key_path : node.key_path;
  if (!key.empty()) {
    arguments.insert(arguments.end(), {"-i", key});
    add_setting(arguments, "IdentitiesOnly=yes");
  }
  arguments.insert(arguments.end(), {"-l", node.user, "--", node.host});
  return arguments;
}

std::vector<std::string> SshChannel::ask_arguments(const std::vector<std::string>& login,
                                                   const parse::SshSettings& settings, std::string remote_line,
                                                   Deadline deadline) {
  std::vector<std::string> arguments = {options_.ssh_program};
  if (settings.asks_for_new_keys()) {
    add_setting(arguments, "StrictHostKeyChecking=accept-new");
    if (!noticed_ && options_.notice) {
      options_.notice(
          "host keys seen for the first time are accepted and remembered in this run; changed ones are "
          "refused (StrictHostKeyChecking is \"ask\", which nobody could answer)");
    }
    noticed_ = true;
  }
  const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - clock_.monotonic());
  const auto host_part = std::find(login.begin(), login.end(), "--");
  arguments.insert(arguments.end(), login.begin(), host_part);
  add_setting(arguments,
              fmt::format("ConnectTimeout={}", std::clamp(left, std::chrono::seconds(1), kConnectTimeout).count()));
  arguments.insert(arguments.end(), host_part, login.end());
  arguments.push_back(std::move(remote_line));
  return arguments;
}

}  // namespace fleetwatch::io
