// A fleet of any size, made from the recorded healthy cluster by giving each copy a name and addresses of its own.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "codec/snapshot.hpp"
#include "support/fixture.hpp"

namespace fleetwatch::test {

inline std::string fleet_address(const char* network, std::size_t i) {
  return fmt::format("{}.{}.{}", network, i / 250, i % 250 + 1);
}
inline std::string fleet_host(std::size_t i) { return fleet_address("198.18", i); }
inline std::string fleet_mesh_ip(std::size_t i) { return fleet_address("10.0", i); }

// The recorded nodes are two nameservers and a node that leads: node 0 leads, 1 and 2 are the nameservers.
inline model::NodeResult recorded_node(const model::Snapshot& recorded, std::size_t i) {
  auto node = recorded.nodes[i == 1 || i == 2 ? i - 1 : 2];
  node.report->rqlite = recorded.nodes[i == 0 ? 2 : 0].report->rqlite;
  return node;
}

inline void enlarge(model::NodeReport& report, std::size_t i, std::size_t count) {
  report.hostname = fmt::format("n{}", i + 1);
  report.public_ip = fleet_host(i);
  report.wireguard_ip = fleet_mesh_ip(i);
  const auto raft_id = [](std::size_t node) { return fleet_mesh_ip(node) + ":7001"; };
  report.rqlite->node_id = raft_id(i);
  report.rqlite->leader_id = raft_id(0);
  report.rqlite->leader_addr = raft_id(0);
  report.rqlite->num_peers = static_cast<std::int64_t>(count) - 1;
  report.rqlite->nodes->clear();
  report.olric->members->clear();
  report.olric->member_count = static_cast<std::int64_t>(count);
  report.ipfs->swarm_peers = static_cast<std::int64_t>(count) - 1;
  report.ipfs->cluster_peer_count = static_cast<std::int64_t>(count);
  const auto peer = report.wireguard->peers->front();
  report.wireguard->wg_ip = fleet_mesh_ip(i);
  report.wireguard->peers->clear();
  report.wireguard->peer_count = static_cast<std::int64_t>(count) - 1;
  for (std::size_t other = 0; other < count; ++other) {
    report.olric->members->push_back(fleet_mesh_ip(other) + ":3320");
    auto& member = (*report.rqlite->nodes)[raft_id(other)];
    member.reachable = true;
    member.leader = other == 0;
    member.voter = true;
    if (other == i) continue;
    auto& copy = report.wireguard->peers->emplace_back(peer);
    copy.public_key = fmt::format("{:043}=", other);
    copy.endpoint = fleet_host(other) + ":51820";
    copy.allowed_ips = fleet_mesh_ip(other) + "/32";
  }
}

inline model::Snapshot healthy_fleet(std::size_t count) {
  const auto recorded = codec::read_snapshot(fixture("snapshots/healthy.json")).value();
  model::Snapshot fleet = recorded;
  fleet.nodes.clear();
  fleet.environment_size = count;
  for (std::size_t i = 0; i < count; ++i) {
    auto& node = fleet.nodes.emplace_back(recorded_node(recorded, i));
    node.node.host = fleet_host(i);
    enlarge(*node.report, i, count);
  }
  return fleet;
}

// `dead` nodes all over the fleet cannot be reached and the others miss them; the disks of the first three living nodes
// are full; the fourth (or last) one has another version.
inline model::Snapshot troubled_fleet(std::size_t count, std::size_t dead) {
  auto fleet = healthy_fleet(count);
  const auto is_dead = [&](std::size_t i) { return (i + 1) % (count / dead) == 0; };
  std::vector<model::NodeReport*> living;
  for (std::size_t i = 0; i < count; ++i) {
    auto& node = fleet.nodes[i];
    if (is_dead(i)) {
      node.report.reset();
      node.failure = model::Failure{model::FailureReason::timeout, "timed out after 30 s (attempt 3): no connection"};
      continue;
    }
    living.push_back(&*node.report);
    for (std::size_t other = 0; other < count; ++other) {
      if (!is_dead(other)) continue;
      (*node.report->rqlite->nodes)[fleet_mesh_ip(other) + ":7001"].reachable = false;
      (*node.report->wireguard->peers)[other < i ? other : other - 1].handshake_age_sec = 400;
    }
    node.report->olric->member_count = static_cast<std::int64_t>(count - dead);
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(3, living.size()); ++i) {
    living[i]->system->disk_use_pct = 91 + static_cast<std::int64_t>(2 * i);
  }
  living[std::min<std::size_t>(3, living.size() - 1)]->version = "0.0.9";
  return fleet;
}

}  // namespace fleetwatch::test
