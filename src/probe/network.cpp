#include <algorithm>
#include <map>

#include "base/terminal_text.hpp"
#include "parse/proc.hpp"
#include "probe/firewall.hpp"
#include "probe/kernel_file.hpp"
#include "probe/probes.hpp"
#include "probe/retransmission.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::string_view kMeshInterface = "wg0";
constexpr std::string_view kSamplesFile = "/run/fleetwatch/tcp";
constexpr std::size_t kSamplesBytes = 16384;

Task read_internet(Context& context, model::Network& section) {
  if (context.options.internet_target == "none") co_return;
  auto answer = co_await context.machine.echo.reachable(context.options.internet_target, context.deadline);
  context.keep("internet_reachable", std::move(answer), section.internet_reachable);
}

void read_routes(Context& context, model::Network& section) {
  const auto& links = context.shared.links();
  if (!links) return context.note("default_route", links.error());
  const auto& routes = links->ipv4_routes;
  section.default_route = std::any_of(routes.begin(), routes.end(), [](const auto& route) { return route.is_default; });
  section.wg_route_exists =
      std::any_of(routes.begin(), routes.end(), [](const auto& route) { return route.interface == kMeshInterface; });
}

Task read_tcp(Context& context, model::Network& section) {
  auto& files = context.machine.kernel_files;
  context.keep("tcp_time_wait", read_and_parse(files, "/proc/net/sockstat", parse::tcp_time_wait),
               section.tcp_time_wait);
  const auto counters = read_and_parse(files, "/proc/net/snmp", parse::tcp_counters);
  if (!counters) {
    context.note("tcp_established", counters.error());
    co_return;
  }
  section.tcp_established = counters->established;
  const parse::TcpSample now{context.machine.clock.unix_ms(), counters->sent, counters->sent_again};
  section.tcp_retrans_pct_boot = retransmission_pct({}, now);

  const auto text = co_await context.machine.disk.read(std::string(kSamplesFile), kSamplesBytes, context.deadline);
  auto samples = text ? parse::tcp_samples(*text) : std::vector<parse::TcpSample>();
  if (const auto base = base_sample(samples, now)) {
    section.tcp_retrans_pct = retransmission_pct(*base, now);
    section.tcp_retrans_window_sec = (now.unix_ms - base->unix_ms) / 1000;
  } else {
    section.tcp_retrans_pct = section.tcp_retrans_pct_boot;
    const auto uptime = read_and_parse(files, "/proc/uptime", parse::uptime_seconds);
    if (uptime) section.tcp_retrans_window_sec = *uptime;
  }
  const auto keep = samples_to_keep(std::move(samples), now);
  if (!keep) co_return;
  // A node without a place to write only keeps the counters since boot.
  (void)co_await context.machine.disk.write(std::string(kSamplesFile), parse::to_text(*keep), context.deadline);
}

void read_listeners(Context& context, model::Network& section) {
  const auto& table = context.shared.listeners();
  if (!table) return context.note("listening_ports", table.error());
  std::map<std::pair<std::int64_t, std::string>, std::optional<std::string>> ports;
  for (const auto& listener : table->listeners) {
    const auto* proto = listener.socket.transport == outside::Transport::tcp ? "tcp" : "udp";
    auto& process = ports[{listener.socket.port, proto}];
    if (!process && listener.process) process = terminal_safe(*listener.process);
  }
  for (auto& [key, process] : ports) {
    model::ListeningPort port;
    port.port = key.first;
    port.proto = key.second;
    port.process = std::move(process);
    section.listening_ports.push_back(std::move(port));
  }
  if (table->owners_denied) {
    context.note("listening_ports", {ErrorKind::denied, "the owners of some sockets cannot be seen", "/proc"});
  }
}

}  // namespace

Task probe_network(Context& context) {
  context.report.network = model::Network{};
  auto& section = *context.report.network;
  read_routes(context, section);
  co_await together(read_internet(context, section), read_tcp(context, section), read_firewall(context, section));
  read_listeners(context, section);
}

}  // namespace fleetwatch::probe
