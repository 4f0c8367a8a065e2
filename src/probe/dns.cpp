#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "parse/coredns_log.hpp"
#include "parse/corefile.hpp"
#include "probe/local_service.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::string_view kFolder = "/etc/coredns";
constexpr std::string_view kCorefile = "/etc/coredns/Corefile";
constexpr std::string_view kWildcardLabel = "test.";  // any name below the zone that has no record of its own
constexpr std::uint16_t kDnsPort = 53;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;
constexpr milliseconds kQueryLimit{2000};
constexpr std::int64_t kLogSeconds = 300;
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::int64_t kMsPerSecond = 1000;
constexpr std::int64_t kNotChecked = -1;  // days left of a certificate that could not be seen

using DnsAnswer = std::optional<Result<outside::DnsAnswer>>;
using TlsAnswer = std::optional<Result<outside::Certificate>>;

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1" || address.starts_with("::ffff:127.");
}

// The kernel spreads queries over the sockets of one address, so that two servers answer in turn.
void note_shared_addresses(Context& context, const ListenerTable& table) {
  std::map<std::pair<outside::Transport, std::string>, std::vector<std::string>> owners;
  for (const auto& [socket, process] : table.listeners) {
    if (socket.port == kDnsPort) owners[{socket.transport, socket.address}].push_back(process.value_or("unknown"));
  }
  for (const auto& [place, processes] : owners) {
    if (processes.size() < 2) continue;
    const auto* transport = place.first == outside::Transport::udp ? "UDP" : "TCP";
    auto what = fmt::format("{} {} sockets share {} port {} ({})", processes.size(), transport, place.second, kDnsPort,
                            join(processes, ", "));
    context.note("port_53_bound", Error{ErrorKind::unavailable, std::move(what)});
  }
}

void read_sockets_and_processes(Context& context) {
  auto& section = *context.report.dns;
  const auto& table = context.shared.listeners();
  if (table) {
    section.port_53_bound = std::any_of(table->listeners.begin(), table->listeners.end(), [](const auto& listener) {
      const auto& socket = listener.socket;
      return socket.transport == outside::Transport::udp && socket.port == kDnsPort && !is_loopback(socket.address);
    });
    section.port_80_bound = table->bound(outside::Transport::tcp, kHttpPort);
    section.port_443_bound = table->bound(outside::Transport::tcp, kHttpsPort);
    note_shared_addresses(context, table.value());
  } else {
    context.note("port_53_bound", table.error());
  }
  const auto& processes = context.shared.processes();
  if (processes) section.coredns_mem_mb = context.shared.resident_mb("coredns");
  if (!processes) context.note("coredns_mem_mb", processes.error());
}

Task ask_units_and_log(Context& context) {
  const auto* table = co_await context.shared.units();
  auto& section = *context.report.dns;
  outside::JournalQuery query;
  query.unit = "coredns.service";
  if (*table) {
    section.coredns_active = (*table)->active("coredns");
    section.caddy_active = (*table)->active("caddy");
    if (const auto* unit = (*table)->find_core("coredns")) {
      query.unit = unit->name;
      section.coredns_restarts = unit->n_restarts;
    }
  } else {
    context.note("coredns_active", table->error());
  }
  query.since_unix_sec = context.machine.clock.unix_ms() / kMsPerSecond - kLogSeconds;
  auto asked = context.machine.journal.messages(std::move(query), context.deadline);
  const auto messages = co_await std::move(asked);
  if (messages) section.log_errors_5m = parse::count_coredns_errors(messages.value());
  if (!messages) context.note("log_errors_5m", messages.error());
}

bool resolves(const Result<outside::DnsAnswer>& answer) {
  return answer && answer.value().reply_code == 0 && answer.value().answers > 0;
}

Task ask_zone(Context& context, std::string zone) {
  DnsAnswer soa;
  DnsAnswer name_servers;
  DnsAnswer wildcard;
  DnsAnswer base;
  auto& dns = context.machine.dns;
  const auto until = sooner(context, kQueryLimit);
  const auto below = std::string(kWildcardLabel) + zone;
  auto tasks = together(into(dns.query(zone, outside::DnsType::soa, until), soa),
                        into(dns.query(zone, outside::DnsType::ns, until), name_servers),
                        into(dns.query(below, outside::DnsType::a, until), wildcard),
                        into(dns.query(zone, outside::DnsType::a, until), base));
  co_await std::move(tasks);

  auto& section = *context.report.dns;
  section.soa_resolves = resolves(*soa);
  section.ns_resolves = resolves(*name_servers);
  section.wildcard_resolves = resolves(*wildcard);
  section.base_a_resolves = resolves(*base);
  if (name_servers->ok()) section.ns_record_count = static_cast<std::int64_t>(name_servers->value().answers);
  Failures failures("DNS on 127.0.0.1");
  failures.count("soa_resolves", *soa);
  failures.count("ns_resolves", *name_servers);
  failures.count("wildcard_resolves", *wildcard);
  failures.count("base_a_resolves", *base);
  failures.note_in(context);
}

// Whole days, rounded down; of an expired one rounded towards now, and never the -1 that means "not checked".
std::int64_t days_left(std::int64_t seconds) {
  const auto days = seconds / kDaySeconds;
  return days == kNotChecked ? 0 : days;
}

void fill_certificate(const Result<outside::Certificate>& certificate, std::int64_t now_unix_sec,
                      std::optional<std::int64_t>& days, std::optional<bool>& expired) {
  if (!certificate) {
    days = kNotChecked;
    return;
  }
  const auto left = certificate.value().not_after_unix_sec - now_unix_sec;
  days = days_left(left);
  expired = left < 0;
}

Task ask_certificates(Context& context, std::string zone) {
  TlsAnswer base;
  TlsAnswer below;
  auto& tls = context.machine.tls;
  auto tasks = together(into(tls.certificate(kHttpsPort, zone, context.deadline), base),
                        into(tls.certificate(kHttpsPort, std::string(kWildcardLabel) + zone, context.deadline), below));
  co_await std::move(tasks);

  auto& section = *context.report.dns;
  const auto now = context.machine.clock.unix_ms() / kMsPerSecond;
  fill_certificate(*base, now, section.base_tls_days_left, section.base_tls_expired);
  fill_certificate(*below, now, section.wild_tls_days_left, section.wild_tls_expired);
  Failures failures("TLS on port 443");
  failures.count("base_tls_days_left", *base);
  failures.count("wild_tls_days_left", *below);
  failures.note_in(context);
}

Task read_corefile_and_ask(Context& context) {
  auto question = context.machine.disk.read(std::string(kCorefile), limits::kConfigFileBytes, context.deadline);
  const auto corefile = co_await std::move(question);
  auto& section = *context.report.dns;
  const bool known = corefile.ok() || corefile.error().kind == ErrorKind::not_found;
  if (known) section.corefile_exists = corefile.ok();
  if (!known) context.note("corefile_exists", corefile.error());
  const auto zone = corefile ? parse::zone_of_corefile(corefile.value()) : std::nullopt;
  if (!zone) {
    section.base_tls_days_left = kNotChecked;
    section.wild_tls_days_left = kNotChecked;
    if (corefile) context.note("", Error{ErrorKind::malformed, "no zone to ask for", std::string(kCorefile)});
    co_return;
  }
  auto tasks = together(ask_zone(context, *zone), ask_certificates(context, *zone));
  co_await std::move(tasks);
}

}  // namespace

boost::asio::awaitable<void> probe_dns(Context& context) {
  auto question = context.machine.disk.info(std::string(kFolder), context.deadline);
  const auto folder = co_await std::move(question);
  if (!folder) {
    if (folder.error().kind != ErrorKind::not_found) context.note("", folder.error());
    co_return;
  }
  if (!folder.value().is_directory) co_return;
  context.report.dns = model::Dns();
  read_sockets_and_processes(context);
  auto tasks = together(ask_units_and_log(context), read_corefile_and_ask(context));
  co_await std::move(tasks);
}

}  // namespace fleetwatch::probe
