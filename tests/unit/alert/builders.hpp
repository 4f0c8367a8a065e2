// Snapshots for the rules' tests: a healthy fleet, and small ways to break it.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/judge.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::alert::testing {

inline constexpr std::int64_t kNowMs = 1'772'352'930'000;

inline std::string host(std::size_t i) { return fmt::format("198.18.7.{}", i + 1); }
inline std::string mesh(std::size_t i) { return fmt::format("10.0.0.{}", i + 1); }
inline std::string raft(std::size_t i) { return mesh(i) + ":7001"; }
inline std::string public_key(std::size_t i) { return fmt::format("key{:05}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", i); }

inline model::Service unit(std::string name, std::string state = "active") {
  model::Service service;
  service.name = std::move(name);
  service.load_state = "loaded";
  service.active_state = std::move(state);
  service.sub_state = service.active_state == "active" ? "running" : "dead";
  service.enabled = true;
  service.n_restarts = 0;
  service.active_since_sec = service.active_state == "active" ? 86'400 : 0;
  service.restart_loop_risk = false;
  return service;
}

inline model::Service missing_unit(std::string name) {
  auto service = unit(std::move(name), "inactive");
  service.load_state = "not-found";
  service.enabled = false;
  return service;
}

inline model::Services healthy_services(bool nameserver) {
  model::Services services;
  for (const auto* name : {"orama-node", "orama-gateway", "orama-olric", "orama-ipfs", "orama-ipfs-cluster"}) {
    services.services.push_back(unit(name));
  }
  services.services.push_back(missing_unit("orama-anyone-relay"));
  services.services.push_back(unit("orama-anyone-client"));
  services.services.push_back(nameserver ? unit("coredns") : missing_unit("coredns"));
  services.services.push_back(nameserver ? unit("caddy") : missing_unit("caddy"));
  services.services.push_back(unit("wg-quick@wg0"));
  return services;
}

inline model::System healthy_system() {
  model::System system;
  system.cpu_count = 4;
  system.load_avg_1 = 0.4;
  system.mem_use_pct = 29;
  system.swap_total_mb = 2047;
  system.swap_used_mb = 12;
  system.disk_use_pct = 42;
  system.inode_use_pct = 7;
  system.oom_kills = 0;
  system.time_unix = kNowMs / 1000;
  return system;
}

// Node `i` of `n`; node 0 leads.
inline model::Rqlite healthy_rqlite(std::size_t i, std::size_t n) {
  model::Rqlite rqlite;
  rqlite.responsive = rqlite.ready = rqlite.strong_read = rqlite.voter = true;
  rqlite.raft_state = i == 0 ? "Leader" : "Follower";
  rqlite.leader_addr = raft(0);
  rqlite.node_id = raft(i);
  rqlite.term = 42;
  rqlite.applied_index = rqlite.commit_index = rqlite.fsm_index = 5000;
  rqlite.leader_commit_index = i == 0 ? 0 : 5000;
  rqlite.fsm_pending = 0;
  rqlite.last_contact = i == 0 ? "0" : "43ms";
  rqlite.goroutines = 80;
  rqlite.heap_mb = 4;
  rqlite.nodes.emplace();
  for (std::size_t k = 0; k < n; ++k) {
    model::RqliteMember member;
    member.reachable = member.voter = true;
    member.leader = k == 0;
    rqlite.nodes->emplace(raft(k), member);
  }
  model::RqliteDebugVars counters;
  counters.query_errors = counters.execute_errors = counters.leader_not_found = counters.snapshot_errors = 0;
  rqlite.debug_vars = counters;
  return rqlite;
}

inline model::Wireguard healthy_wireguard(std::size_t i, std::size_t n) {
  model::Wireguard wireguard;
  wireguard.interface_up = wireguard.service_active = wireguard.config_exists = true;
  wireguard.wg_ip = mesh(i);
  wireguard.peer_count = static_cast<std::int64_t>(n) - 1;
  wireguard.peers.emplace();
  for (std::size_t k = 0; k < n; ++k) {
    if (k == i) continue;
    model::WireguardPeer peer;
    peer.public_key = public_key(k);
    peer.endpoint = host(k) + ":51820";
    peer.allowed_ips = mesh(k) + "/32";
    peer.latest_handshake = kNowMs / 1000 - 29;
    peer.handshake_age_sec = 29;
    peer.keepalive = 25;
    wireguard.peers->push_back(peer);
  }
  return wireguard;
}

inline model::Dns healthy_dns() {
  model::Dns dns;
  dns.coredns_active = dns.caddy_active = dns.port_53_bound = dns.port_80_bound = dns.port_443_bound = true;
  dns.corefile_exists = dns.soa_resolves = dns.ns_resolves = dns.wildcard_resolves = dns.base_a_resolves = true;
  dns.base_tls_days_left = dns.wild_tls_days_left = 60;
  return dns;
}

inline model::Olric healthy_olric(std::size_t n) {
  model::Olric olric;
  olric.service_active = olric.memberlist_up = true;
  olric.member_count = static_cast<std::int64_t>(n);
  olric.members.emplace();
  for (std::size_t k = 0; k < n; ++k) olric.members->push_back(mesh(k) + ":3320");
  olric.process_mem_mb = 20;
  olric.restart_count = olric.log_errors_1h = olric.log_suspects_1h = olric.log_flapping_1h = 0;
  return olric;
}

inline model::Ipfs healthy_ipfs(std::size_t n) {
  model::Ipfs ipfs;
  ipfs.daemon_active = ipfs.cluster_active = ipfs.has_swarm_key = ipfs.bootstrap_empty = true;
  ipfs.swarm_peers = static_cast<std::int64_t>(n) - 1;
  ipfs.cluster_peer_count = static_cast<std::int64_t>(n);
  ipfs.cluster_errors = 0;
  ipfs.repo_use_pct = 12;
  ipfs.kubo_version = "0.40.1";
  return ipfs;
}

inline model::Gateway healthy_gateway() {
  model::Gateway gateway;
  gateway.responsive = true;
  gateway.http_status = 200;
  gateway.subsystems.emplace();
  model::GatewaySubsystem ok;
  ok.status = "ok";
  gateway.subsystems->emplace("olric", ok);
  gateway.subsystems->emplace("rqlite", ok);
  return gateway;
}

inline model::Network healthy_network() {
  model::Network network;
  network.internet_reachable = network.default_route = network.wg_route_exists = network.ufw_active = true;
  network.tcp_retrans_pct = 0.2;
  network.ufw_rules = std::vector<std::string>{"[ 1] 22/tcp                     ALLOW IN    Anywhere",
                                               "[ 2] 5001/tcp                   ALLOW IN    10.0.0.0/24"};
  return network;
}

inline model::Anyone healthy_anyone() {
  model::Anyone anyone;
  anyone.relay_active = false;
  anyone.client_active = anyone.bootstrapped = true;
  anyone.mode = "client";
  anyone.bootstrap_pct = 100;
  return anyone;
}

inline model::Processes healthy_processes() {
  model::Processes processes;
  processes.zombie_count = processes.orphan_count = processes.panic_count = 0;
  return processes;
}

inline model::Vault healthy_vault(std::size_t n) {
  model::Vault vault;
  vault.service_active = vault.responsive = true;
  vault.status = "healthy";
  vault.guardians = vault.healthy = static_cast<std::int64_t>(n);
  vault.threshold = vault.write_quorum = static_cast<std::int64_t>(n / 2 + 1);
  vault.process_mem_mb = 31;
  vault.restart_count = vault.log_errors_1h = 0;
  return vault;
}

inline model::Deployments healthy_deployments() {
  model::Deployments deployments;
  deployments.total_count = deployments.running_count = 2;
  deployments.failed_count = 0;
  return deployments;
}

inline model::NodeReport healthy_report(std::size_t i, std::size_t n) {
  model::NodeReport report;
  report.hostname = fmt::format("node{}", i + 1);
  report.public_ip = host(i);
  report.wireguard_ip = mesh(i);
  report.version = "0.1.0";
  report.collector.emplace();
  report.collector->name = "fleetwatch-node";
  report.collector->version = "0.1.0";
  report.system = healthy_system();
  report.services = healthy_services(i == 0);
  report.rqlite = healthy_rqlite(i, n);
  report.olric = healthy_olric(n);
  report.ipfs = healthy_ipfs(n);
  report.gateway = healthy_gateway();
  report.wireguard = healthy_wireguard(i, n);
  if (i == 0) report.dns = healthy_dns();
  report.anyone = healthy_anyone();
  report.network = healthy_network();
  report.processes = healthy_processes();
  report.namespaces = std::vector<model::Namespace>{};
  report.vault = healthy_vault(n);
  report.deployments = healthy_deployments();
  report.serverless = model::Serverless{};
  report.serverless->engine_status = "healthy";
  report.time_unix_ms = kNowMs - 5;
  return report;
}

inline model::Snapshot healthy_fleet(std::size_t n) {
  model::Snapshot snapshot;
  snapshot.environment = "lab";
  snapshot.collected_at_unix_ms = kNowMs - 400;
  snapshot.environment_size = n;
  for (std::size_t i = 0; i < n; ++i) {
    model::NodeResult result;
    result.node.environment = "lab";
    result.node.user = "root";
    result.node.host = host(i);
    result.node.role = i == 0 ? "nameserver" : "node";
    result.report = healthy_report(i, n);
    result.duration_ms = 400;
    result.arrived_unix_ms = kNowMs;
    result.round_trip_ms = 10;
    snapshot.nodes.push_back(std::move(result));
  }
  return snapshot;
}

inline model::NodeReport& report(model::Snapshot& snapshot, std::size_t i) { return *snapshot.nodes[i].report; }

inline void lose(model::Snapshot& snapshot, std::size_t i,
                 model::FailureReason reason = model::FailureReason::timeout) {
  snapshot.nodes[i].report.reset();
  snapshot.nodes[i].failure = model::Failure{reason, "no answer"};
}

inline model::Service& service(model::Snapshot& snapshot, std::size_t i, std::string_view name) {
  auto& all = report(snapshot, i).services->services;
  return *std::find_if(all.begin(), all.end(), [&](const model::Service& one) { return one.name == name; });
}

inline void stop(model::Snapshot& snapshot, std::size_t i, std::string_view name, std::string_view state = "inactive") {
  service(snapshot, i, name).active_state = state;
  service(snapshot, i, name).active_since_sec = 0;
}

inline void unreachable_for(model::Snapshot& snapshot, std::size_t seen_by, std::size_t i) {
  report(snapshot, seen_by).rqlite->nodes->at(raft(i)).reachable = false;
}

inline std::vector<model::Alert> with_id(const std::vector<model::Alert>& alerts, std::string_view id) {
  std::vector<model::Alert> found;
  std::copy_if(alerts.begin(), alerts.end(), std::back_inserter(found),
               [&](const model::Alert& alert) { return alert.id == id; });
  return found;
}

inline std::vector<std::string> roots(const std::vector<model::Alert>& alerts) {
  std::vector<std::string> keys;
  for (const auto& alert : alerts) {
    if (!alert.caused_by) keys.push_back(alert.key);
  }
  return keys;
}

inline std::vector<std::string> keys(const std::vector<model::Alert>& alerts) {
  std::vector<std::string> all;
  all.reserve(alerts.size());
  for (const auto& alert : alerts) all.push_back(alert.key);
  return all;
}

// Everything that an alert shows, for comparing runs byte by byte.
inline std::string text_of(const std::vector<model::Alert>& alerts) {
  std::string text;
  for (const auto& alert : alerts) {
    text += fmt::format("{}|{}|{}|{}|{}|{}|{}|{}\n", model::name_of(alert.severity), alert.subsystem, alert.node,
                        alert.message, alert.id, alert.key, fmt::join(alert.commands, " ; "),
                        alert.caused_by.value_or("-"));
  }
  return text;
}

// One line of a rule's table: what was done to a healthy fleet, and whether the rule speaks up.
struct Case {
  std::string_view name;
  std::string_view rule;
  std::size_t alerts;
  std::function<void(model::Snapshot&)> change;
};

inline void check(const std::vector<Case>& cases, std::size_t nodes = 3) {
  for (const auto& one : cases) {
    auto snapshot = healthy_fleet(nodes);
    one.change(snapshot);
    const auto alerts = judge(snapshot);
    EXPECT_EQ(with_id(alerts, one.rule).size(), one.alerts) << one.rule << ": " << one.name << "\n" << text_of(alerts);
  }
}

}  // namespace fleetwatch::alert::testing
