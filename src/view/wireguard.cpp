#include "view/wireguard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>

namespace fleetwatch::view {

namespace {

using model::Snapshot;
using model::Wireguard;
using model::WireguardPeer;

constexpr std::int64_t kFreshSeconds = 180;  // WireGuard renews a session that is in use every 120 s

// Distinct peers of a node whose link works, or is idle and says nothing.
std::size_t working_links(const Mesh& mesh, const Wireguard& own) {
  std::set<std::string_view> keys;
  for (const WireguardPeer& peer : *own.peers) {
    const Link link = mesh.link(own, peer);
    if (link == Link::fresh || link == Link::idle) keys.insert(peer.public_key);
  }
  return keys.size();
}

}  // namespace

std::string_view peer_ip(const WireguardPeer& peer) {
  const std::string_view ips = peer.allowed_ips;
  return ips.substr(0, ips.find_first_of("/,"));
}

Mesh::Mesh(const Snapshot& snapshot) {
  for (const auto& node : snapshot.nodes) {
    if (!node.report || !node.report->wireguard) continue;
    const Wireguard& wireguard = *node.report->wireguard;
    if (wireguard.wg_ip && !wireguard.wg_ip->empty()) by_ip_.emplace(*wireguard.wg_ip, &wireguard);
  }
}

Link Mesh::link(const Wireguard& own, const WireguardPeer& peer) const {
  if (!peer.latest_handshake && !peer.handshake_age_sec) return Link::unknown;
  const std::int64_t age = peer.handshake_age_sec.value_or(0);
  const bool never = peer.latest_handshake ? *peer.latest_handshake == 0 : age == 0;
  if (never) return Link::never;
  if (age <= kFreshSeconds) return Link::fresh;
  return peer.keepalive.value_or(0) > 0 || other_end_keeps_alive(own, peer) ? Link::stale : Link::idle;
}

bool Mesh::other_end_keeps_alive(const Wireguard& own, const WireguardPeer& peer) const {
  const auto other = by_ip_.find(peer_ip(peer));
  if (other == by_ip_.end() || !other->second->peers || !own.wg_ip) return false;
  const auto& peers = *other->second->peers;
  return std::any_of(peers.begin(), peers.end(), [&](const WireguardPeer& back) {
    return peer_ip(back) == *own.wg_ip && back.keepalive.value_or(0) > 0;
  });
}

std::size_t expected_peers(const Snapshot& snapshot) {
  const std::size_t nodes = std::max(snapshot.environment_size, snapshot.nodes.size());
  return nodes == 0 ? 0 : nodes - 1;
}

std::string mesh_status(const Snapshot& snapshot) {
  const Mesh mesh(snapshot);
  const std::size_t expected = expected_peers(snapshot);
  bool any_up = false;
  bool any_down = false;
  std::size_t looked = 0;  // nodes whose peers are known
  std::size_t unread = 0;  // nodes that answered but may not look at their peers
  std::size_t working = 0;
  for (const auto& node : snapshot.nodes) {
    if (!node.report || !node.report->wireguard) continue;
    const Wireguard& wireguard = *node.report->wireguard;
    const bool up = wireguard.interface_up.value_or(wireguard.peers.has_value());
    any_up = any_up || up;
    any_down = any_down || wireguard.interface_up == false;
    if (!up) continue;
    ++(wireguard.peers ? looked : unread);
    if (wireguard.peers) working += std::min(working_links(mesh, wireguard), expected);
  }
  if (!any_up && any_down) return "down";
  if (looked == 0) return "unknown";
  const std::size_t links = (snapshot.nodes.size() - unread) * expected;
  if (working >= links) return "all connected";
  return fmt::format("degraded: {} of {} links stale or missing", links - working, links);
}

}  // namespace fleetwatch::view
