#include "view/node_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "view/cells.hpp"
#include "view/dns.hpp"
#include "view/format.hpp"

namespace fleetwatch::view {

namespace {

using model::NodeReport;

using Items = std::vector<Line>;

Line words(std::string_view text, Style style = Style::plain) { return {Span(text, style)}; }

// "SOA OK"
Line marked(std::string_view name, const std::optional<bool>& fine) {
  Line item = {Span(std::string(name) + " ")};
  for (Span& span : mark(fine)) item.push_back(std::move(span));
  return item;
}

Line either(const std::optional<bool>& yes, std::string_view good, std::string_view bad) {
  if (!yes) return missing();
  return *yes ? words(good, Style::good) : words(bad, Style::bad);
}

void add_count(Items& items, const std::optional<std::int64_t>& count, std::string_view noun) {
  if (count) items.push_back(words(count_text(static_cast<std::size_t>(std::max<std::int64_t>(*count, 0)), noun)));
}

void add_text(Items& items, std::string_view before, const std::optional<std::string>& text) {
  if (text && !text->empty()) items.push_back(words(std::string(before) + *text));
}

// The line of a section that may be missing: `tell` says what is in it.
template <class T, class Tell>
NodeLine line_of(std::string_view label, const model::Section<T>& section, std::string_view none, Tell tell) {
  if (section.is_crashed()) return {label, {words("its probe crashed", Style::warn)}};
  if (!section) return {label, {words(none, Style::muted)}};
  NodeLine line{label, tell(*section)};
  if (line.items.empty()) line.items.push_back(missing());
  return line;
}

Items system_items(const model::System& system) {
  Items items;
  add_count(items, system.cpu_count, "CPU");
  if (system.load_avg_1) items.push_back(words(fmt::format("load {:.2f}", *system.load_avg_1)));
  if (system.mem_use_pct) {
    Line memory = {Span("memory ")};
    for (Span& span : percent_cell(system.mem_use_pct)) memory.push_back(std::move(span));
    if (system.mem_used_mb && system.mem_total_mb) {
      memory.emplace_back(fmt::format(" ({} / {} MB)", *system.mem_used_mb, *system.mem_total_mb));
    }
    items.push_back(std::move(memory));
  }
  if (system.disk_use_pct) {
    Line disk = {Span("disk ")};
    for (Span& span : percent_cell(system.disk_use_pct)) disk.push_back(std::move(span));
    items.push_back(std::move(disk));
  }
  return items;
}

Items rqlite_items(const model::Rqlite& rqlite) {
  if (rqlite.responsive == false) return {words("NOT RESPONDING", Style::bad)};
  Items items = {raft_cell(rqlite.raft_state)};
  if (rqlite.term) items.push_back(words(fmt::format("term {}", *rqlite.term)));
  if (rqlite.applied_index) items.push_back(words(fmt::format("applied {}", *rqlite.applied_index)));
  add_count(items, rqlite.num_peers, "peer");
  if (rqlite.ready) items.push_back(either(rqlite.ready, "Ready", "Not Ready"));
  return items;
}

Items wireguard_items(const model::Wireguard& wireguard, const Mesh& mesh) {
  if (wireguard.interface_up == false) return {words("DOWN", Style::bad)};
  Items items = {either(wireguard.interface_up, "UP", "DOWN")};
  add_text(items, "", wireguard.wg_ip);
  auto count = wireguard.peer_count;
  if (!count && wireguard.peers) count = static_cast<std::int64_t>(wireguard.peers->size());
  add_count(items, count, "peer");
  std::optional<bool> shaken;
  if (wireguard.peers) {
    shaken = std::none_of(wireguard.peers->begin(), wireguard.peers->end(), [&](const auto& peer) {
      const Link link = mesh.link(wireguard, peer);
      return link == Link::never || link == Link::stale;
    });
  }
  items.push_back(marked("handshakes", shaken));
  return items;
}

Items olric_items(const model::Olric& olric) {
  Items items = {either(olric.service_active, "active", "inactive")};
  add_count(items, olric.member_count, "member");
  return items;
}

Items ipfs_items(const model::Ipfs& ipfs) {
  Items items = {either(ipfs.daemon_active, "active", "inactive")};
  add_count(items, ipfs.swarm_peers, "swarm peer");
  Line cluster = {Span("cluster ")};
  for (Span& span : either(ipfs.cluster_active, "OK", "DOWN")) cluster.push_back(std::move(span));
  items.push_back(std::move(cluster));
  return items;
}

Items anyone_items(const model::Anyone& anyone) {
  if (anyone.relay_active == false && anyone.client_active == false) return {words("inactive", Style::muted)};
  std::string mode = anyone.mode.value_or("");
  if (mode.empty() && anyone.relay_active == true) mode = "relay";
  if (mode.empty() && anyone.client_active == true) mode = "client";
  Items items = {mode.empty() ? missing() : words(mode)};
  if (anyone.bootstrapped) items.push_back(either(anyone.bootstrapped, "bootstrapped", "not bootstrapped"));
  return items;
}

Items service_items(const model::Services& services) {
  std::size_t active = 0;
  std::size_t all = 0;
  std::vector<std::string> failed = services.failed_units;
  std::vector<std::string> looping;
  std::vector<std::string> other;
  for (const auto& service : services.services) {
    if (service.load_state == "not-found") continue;
    ++all;
    if (service.active_state == "active") ++active;
    if (service.restart_loop_risk == true) looping.push_back(service.name);
    if (service.active_state == "failed") {
      const auto unit = service.name + ".service";
      if (std::find(failed.begin(), failed.end(), unit) == failed.end()) failed.push_back(unit);
    } else if (service.active_state != "active") {
      other.push_back(fmt::format("{} ({})", service.name, service.active_state));
    }
  }
  if (all == 0 && failed.empty()) return {words("no data", Style::muted)};
  Items items = {words(fmt::format("{}/{} active", active, all))};
  for (const auto& unit : failed) items.push_back(words(unit + " failed", Style::bad));
  for (const auto& unit : looping) items.push_back(words(unit + " restarts again and again", Style::bad));
  for (const auto& unit : other) items.push_back(words(unit, Style::warn));
  return items;
}

Items dns_items(const model::Dns& dns) {
  return {marked("CoreDNS", dns.coredns_active),
          marked("Caddy", dns.caddy_active),
          marked("SOA", dns.soa_resolves),
          marked("wildcard", dns.wildcard_resolves),
          Line{Span("TLS "), certificate_span(dns.base_tls_days_left, dns.base_tls_expired)},
          Line{Span("wildcard TLS "), certificate_span(dns.wild_tls_days_left, dns.wild_tls_expired)}};
}

Items gateway_items(const model::Gateway& gateway) {
  Items items = {either(gateway.responsive, "responsive", "NOT RESPONDING")};
  if (gateway.http_status && *gateway.http_status != 0) {
    const bool fine = *gateway.http_status < 400;
    items.push_back(words(fmt::format("HTTP {}", *gateway.http_status), fine ? Style::plain : Style::bad));
  }
  add_text(items, "version ", gateway.version);
  if (!gateway.subsystems) return items;
  for (const auto& [name, subsystem] : *gateway.subsystems) {
    if (!subsystem.status || *subsystem.status == "ok") continue;
    std::string text = name + " " + *subsystem.status;
    if (subsystem.error && !subsystem.error->empty()) text += " (" + *subsystem.error + ")";
    items.push_back(words(text, Style::bad));
  }
  return items;
}

Items vault_items(const model::Vault& vault) {
  Items items = {either(vault.service_active, "active", "inactive")};
  if (vault.responsive == false) items.push_back(words("NOT RESPONDING", Style::bad));
  if (vault.status && !vault.status->empty()) {
    items.push_back(words(*vault.status, *vault.status == "healthy" ? Style::good : Style::bad));
  }
  if (vault.healthy && vault.guardians) {
    const bool all = *vault.healthy >= *vault.guardians;
    items.push_back(
        words(fmt::format("{}/{} guardians", *vault.healthy, *vault.guardians), all ? Style::plain : Style::warn));
  }
  if (vault.threshold) items.push_back(words(fmt::format("{} needed to read", *vault.threshold)));
  if (vault.write_quorum) items.push_back(words(fmt::format("{} to write", *vault.write_quorum)));
  return items;
}

Items deployment_items(const model::Deployments& deployments) {
  Items items;
  if (deployments.total_count) {
    const auto running = deployments.running_count;
    items.push_back(words(running ? fmt::format("{}/{} running", *running, *deployments.total_count)
                                  : fmt::format("{} in all", *deployments.total_count)));
  }
  const auto failed = deployments.failed_count.value_or(0);
  if (failed > 0) items.push_back(words(fmt::format("{} failed", failed), Style::bad));
  add_text(items, "not read: ", deployments.error);
  return items;
}

Items serverless_items(const model::Serverless& serverless) {
  Items items;
  const auto& status = serverless.engine_status;
  if (status && !status->empty()) {
    const Style style = *status == "healthy" ? Style::good : *status == "unknown" ? Style::muted : Style::bad;
    items.push_back(words("engine " + *status, style));
  }
  if (serverless.function_count.value_or(0) > 0) add_count(items, serverless.function_count, "function");
  return items;
}

template <class T>
bool is_there(const model::Section<T>& section) {
  return section || section.is_crashed();
}

}  // namespace

std::vector<NodeLine> node_lines(const NodeReport& report, const Mesh& mesh) {
  constexpr std::string_view kNone = "not configured";
  constexpr std::string_view kNoData = "no data";
  std::vector<NodeLine> lines = {
      line_of("System", report.system, kNoData, system_items),
      line_of("RQLite", report.rqlite, kNone, rqlite_items),
      line_of("WireGuard", report.wireguard, kNone, [&](const auto& one) { return wireguard_items(one, mesh); }),
      line_of("Olric", report.olric, kNone, olric_items),
      line_of("IPFS", report.ipfs, kNone, ipfs_items),
      line_of("Anyone", report.anyone, kNone, anyone_items),
      line_of("Services", report.services, kNoData, service_items)};
  const auto add = [&](std::string_view label, const auto& section, auto tell) {
    if (is_there(section)) lines.push_back(line_of(label, section, kNoData, tell));
  };
  add("DNS", report.dns, dns_items);
  add("Gateway", report.gateway, gateway_items);
  add("Vault", report.vault, vault_items);
  add("Deployments", report.deployments, deployment_items);
  add("Serverless", report.serverless, serverless_items);
  std::string_view label = "Not read";
  for (const auto& error : report.errors) lines.push_back({std::exchange(label, ""), {words(error, Style::warn)}});
  return lines;
}

}  // namespace fleetwatch::view
