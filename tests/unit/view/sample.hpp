// A small healthy cluster to spoil in tests.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "model/alert.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::view::test {

inline std::string lan_ip(std::size_t i) { return fmt::format("198.18.7.{}", i); }
inline std::string mesh_ip(std::size_t i) { return fmt::format("10.0.0.{}", i); }

inline model::WireguardPeer healthy_peer(std::size_t i) {
  model::WireguardPeer peer;
  peer.public_key = fmt::format("key{}=", i);
  peer.allowed_ips = mesh_ip(i) + "/32";
  peer.latest_handshake = 1'772'352'901;
  peer.handshake_age_sec = 29;
  peer.keepalive = 25;
  return peer;
}

// Node `i` of `count`; nodes count from 1, the first is the leader.
inline model::NodeReport healthy_report(std::size_t i, std::size_t count) {
  model::NodeReport report;
  report.hostname = fmt::format("n{}", i);
  report.wireguard_ip = mesh_ip(i);

  model::System system;
  system.mem_use_pct = 40 + static_cast<std::int64_t>(i);
  system.disk_use_pct = 20;
  report.system = system;

  model::Services services;
  for (const char* name : {"orama-node", "orama-gateway", "orama-olric"}) {
    model::Service service;
    service.name = name;
    service.active_state = "active";
    services.services.push_back(service);
  }
  report.services = services;

  model::Rqlite rqlite;
  rqlite.responsive = true;
  rqlite.raft_state = i == 1 ? "Leader" : "Follower";
  rqlite.leader_addr = mesh_ip(1) + ":7001";
  rqlite.node_id = mesh_ip(i) + ":7001";
  rqlite.term = 42;
  rqlite.nodes.emplace();
  model::Wireguard wireguard;
  wireguard.interface_up = true;
  wireguard.wg_ip = mesh_ip(i);
  wireguard.peers.emplace();
  for (std::size_t other = 1; other <= count; ++other) {
    model::RqliteMember member;
    member.reachable = true;
    member.leader = other == 1;
    member.voter = true;
    rqlite.nodes->emplace(mesh_ip(other) + ":7001", member);
    if (other != i) wireguard.peers->push_back(healthy_peer(other));
  }
  wireguard.peer_count = static_cast<std::int64_t>(count) - 1;
  report.rqlite = rqlite;
  report.wireguard = wireguard;

  model::Gateway gateway;
  gateway.responsive = true;
  report.gateway = gateway;
  return report;
}

inline model::Snapshot healthy_snapshot(std::size_t count) {
  model::Snapshot snapshot;
  snapshot.environment = "lab";
  snapshot.collected_at_unix_ms = 1'772'352'928'700;
  snapshot.duration_ms = 431;
  snapshot.environment_size = count;
  for (std::size_t i = 1; i <= count; ++i) {
    model::NodeResult node;
    node.node.environment = "lab";
    node.node.user = "ops";
    node.node.host = lan_ip(i);
    node.node.role = i == 1 ? "nameserver-ns1" : "node";
    node.report = healthy_report(i, count);
    node.duration_ms = 200 + static_cast<std::int64_t>(i);
    snapshot.nodes.push_back(std::move(node));
  }
  return snapshot;
}

inline void make_unreachable(model::NodeResult& node) {
  node.report.reset();
  node.failure = model::Failure{model::FailureReason::refused, "nothing listens on port 22"};
}

inline model::Alert alert(model::Severity severity, std::string id, std::string node, std::string message) {
  model::Alert made;
  made.severity = severity;
  made.subsystem = id.substr(0, id.find('.'));
  made.key = id + "@" + node;
  made.id = std::move(id);
  made.node = std::move(node);
  made.message = std::move(message);
  return made;
}

inline model::Alert effect_of(const model::Alert& cause, model::Alert effect) {
  effect.caused_by = cause.key;
  return effect;
}

// Node 3 of 3 cannot be reached; the others miss it.
inline std::vector<model::Alert> unreachable_alerts() {
  using enum model::Severity;
  auto cause =
      alert(critical, "ssh.collect_failed", lan_ip(3), "collection failed: refused: nothing listens on port 22");
  cause.hint = "Is the machine up";
  cause.commands = {"ssh -v ops@198.18.7.3"};
  auto full_disk = alert(warning, "system.disk_high", lan_ip(2), "disk at 91 %");
  full_disk.hint = "What fills it";
  full_disk.commands = {"ssh 198.18.7.2 'du -x / | sort -n | tail'"};
  return {
      cause,
      effect_of(cause, alert(critical, "wireguard.handshake_never", lan_ip(1), "peer 10.0.0.3 never shook hands")),
      effect_of(cause, alert(critical, "rqlite.peer_unreachable", lan_ip(1), "10.0.0.3:7001 unreachable from here")),
      full_disk,
      effect_of(cause,
                alert(warning, "wireguard.handshake_stale", lan_ip(2), "peer 10.0.0.3: last handshake 300 s ago")),
      alert(info, "system.zombies", lan_ip(1), "2 zombies"),
  };
}

}  // namespace fleetwatch::view::test
