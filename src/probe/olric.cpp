#include <algorithm>

#include "parse/olric_log.hpp"
#include "parse/olric_members.hpp"
#include "parse/resp.hpp"
#include "probe/local_service.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::uint16_t kClientPort = 3320;
constexpr std::uint16_t kMemberlistPort = 3322;
constexpr std::string_view kUnit = "orama-olric";
constexpr std::string_view kProcess = "olric-server";
constexpr std::size_t kAnswerBytes = std::size_t{256} << 10;  // members of a cluster of thousands
constexpr std::int64_t kLogSeconds = 3600;

// Olric listens on its bind address alone, which is not the loopback.
Result<std::string> client_address(Context& context) {
  const auto& table = context.shared.listeners();
  if (!table) return table.error();
  for (const auto& [socket, process] : table->listeners) {
    if (socket.transport != outside::Transport::tcp || socket.port != kClientPort) continue;
    const bool any = socket.address == "0.0.0.0" || socket.address == "::";
    return any ? std::string("127.0.0.1") : socket.address;
  }
  return Error{ErrorKind::unavailable, "nothing listens on port 3320"};
}

Task ask_members(Context& context) {
  const auto address = client_address(context);
  if (!address) {
    context.note("members", address.error());
    co_return;
  }
  outside::TcpQuestion question;
  question.address = address.value();
  question.port = kClientPort;
  question.request = parse::encode_resp({"CLUSTER.MEMBERS"});
  question.limit_bytes = kAnswerBytes;
  question.is_complete = [scanner = parse::RespScanner()](std::string_view bytes) mutable {
    return scanner.complete(bytes);
  };
  auto asked = context.machine.tcp.ask(std::move(question), context.deadline);
  const auto bytes = co_await std::move(asked);
  auto members = bytes ? parse::parse_olric_members(bytes.value()) : Result<parse::OlricMembers>(bytes.error());
  if (!members) {
    context.note("members", Error{members.error().kind, members.error().what, "CLUSTER.MEMBERS"});
    co_return;
  }
  auto& section = *context.report.olric;
  section.member_count = static_cast<std::int64_t>(members.value().names.size());
  section.members = std::move(members.value().names);
  section.coordinator = std::move(members.value().coordinator);
}

Task ask_log(Context& context, std::string unit) {
  constexpr std::int64_t kMsPerSecond = 1000;
  outside::JournalQuery query;
  query.unit = std::move(unit);
  query.since_unix_sec = context.machine.clock.unix_ms() / kMsPerSecond - kLogSeconds;
  auto asked = context.machine.journal.messages(std::move(query), context.deadline);
  const auto messages = co_await std::move(asked);
  if (!messages) {
    context.note("log_errors_1h", messages.error());
    co_return;
  }
  const auto counts = parse::count_olric_log(messages.value());
  auto& section = *context.report.olric;
  section.log_errors_1h = counts.errors;
  section.log_suspects_1h = counts.suspects;
  section.log_flapping_1h = counts.flapping;
}

Task ask_unit_and_log(Context& context) {
  const auto* table = co_await context.shared.units();
  std::string unit = "orama-olric.service";
  if (*table) {
    auto& section = *context.report.olric;
    section.service_active = (*table)->active(kUnit);
    if (const auto* details = (*table)->find_core(kUnit)) {
      unit = details->name;
      section.restart_count = details->n_restarts;
    }
  } else {
    context.note("service_active", table->error());
  }
  co_await ask_log(context, std::move(unit));
}

void read_sockets_and_processes(Context& context) {
  auto& section = *context.report.olric;
  const auto& table = context.shared.listeners();
  if (table) section.memberlist_up = table->bound(outside::Transport::tcp, kMemberlistPort);
  if (!table) context.note("memberlist_up", table.error());
  const auto& processes = context.shared.processes();
  if (processes) section.process_mem_mb = context.shared.resident_mb(kProcess);
  if (!processes) context.note("process_mem_mb", processes.error());
}

}  // namespace

boost::asio::awaitable<void> probe_olric(Context& context) {
  auto looking = not_installed(context, {kClientPort, kMemberlistPort}, {kUnit});
  const bool absent = co_await std::move(looking);
  if (absent) co_return;
  context.report.olric = model::Olric();
  read_sockets_and_processes(context);
  auto tasks = together(ask_members(context), ask_unit_and_log(context));
  co_await std::move(tasks);
}

}  // namespace fleetwatch::probe
