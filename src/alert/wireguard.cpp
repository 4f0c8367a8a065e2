// The mesh: interfaces, peers, handshakes.
#include <fmt/format.h>

#include <algorithm>

#include "alert/rule.hpp"
#include "alert/units.hpp"
#include "alert/wording.hpp"
#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;

bool mesh_is_up(const Node& node) {
  const auto* wireguard = section(node, &model::NodeReport::wireguard);
  return wireguard != nullptr && is_true(wireguard->interface_up);
}

void interface_down(const Look& look, Findings& out) {
  if (mesh_is_down(*look.node)) out.push_back({.message = "wg0 is not up"});
}

bool has_peer(const Node& node, const std::string& address) {
  return std::binary_search(node.peer_addresses.begin(), node.peer_addresses.end(), address);
}

std::vector<NodeIndex> missing_peers(const Context& fleet, const Node& node) {
  std::vector<std::string_view> allowed;
  allowed.reserve(node.peers.size());
  for (const auto& peer : node.peers) allowed.emplace_back(peer.peer->allowed_ips);
  const Reach reach(allowed);
  std::vector<NodeIndex> missing;
  for (const auto& other : fleet.nodes) {
    if (other.index == node.index || other.mesh_address.empty() || other.mesh_address == node.mesh_address) continue;
    if (!reach.covers(other.mesh_address)) missing.push_back(other.index);
  }
  return missing;
}

// "; missing a, b; unknown c; set up on one side only: a"
std::string peers_by_name(const Context& fleet, const Node& node, const std::vector<NodeIndex>& missing) {
  std::vector<std::string> names;
  names.reserve(missing.size());
  std::vector<std::string> unknown;
  std::vector<std::string> one_sided;
  for (const auto index : missing) names.push_back(fleet.name_of(fleet.nodes[index].mesh_address));
  for (const auto& peer : node.peers) {
    if (!fleet.owners_of(peer.address).empty()) continue;
    unknown.push_back(foreign(peer.address.empty() ? peer.peer->public_key : peer.address));
  }
  for (const auto& other : fleet.nodes) {
    if (other.index == node.index || !mesh_is_up(other)) continue;
    const bool here = has_peer(node, other.mesh_address);
    if (here != has_peer(other, node.mesh_address)) one_sided.push_back(foreign(other.host()));
  }
  std::string text;
  if (!names.empty()) text += "; missing " + name_list(names);
  if (!unknown.empty()) text += "; unknown " + name_list(unknown);
  if (!one_sided.empty()) text += "; set up on one side only: " + name_list(one_sided);
  return text;
}

// The nodes whose loss explains the number: the missing ones, and lost nodes whose address nobody knows.
std::vector<NodeIndex> explain_count(const Context& fleet, std::size_t count, std::vector<NodeIndex> missing) {
  const auto found = count + missing.size();
  if (found + 1 >= fleet.size) return missing;
  if (found + fleet.unplaced.size() + 1 < fleet.size) return {};
  missing.insert(missing.end(), fleet.unplaced.begin(), fleet.unplaced.end());
  return missing;
}

void peer_count(const Look& look, Findings& out) {
  const auto& fleet = look.fleet;
  for (const auto& node : fleet.nodes) {
    const auto* wireguard = section(node, &model::NodeReport::wireguard);
    if (!mesh_is_up(node) || (!wireguard->peers && !wireguard->peer_count)) continue;
    // A count without the list cannot say who is missing.
    const bool listed = wireguard->peers.has_value();
    const auto count =
        listed ? node.peers.size() : static_cast<std::size_t>(std::max<std::int64_t>(*wireguard->peer_count, 0));
    auto missing = listed ? missing_peers(fleet, node) : std::vector<NodeIndex>{};
    if (count + 1 >= fleet.size && missing.empty()) continue;
    Finding finding;
    finding.node = node.index;
    finding.message = fmt::format("{} peers, {} expected", count, fleet.size - 1);
    if (listed && !fleet.snapshot->filtered) finding.message += peers_by_name(fleet, node, missing);
    finding.about = explain_count(fleet, count, std::move(missing));
    out.push_back(std::move(finding));
  }
}

std::string short_key(const std::string& key) { return foreign(key.substr(0, 8)) + "..."; }

std::string peer_name(const Context& fleet, const MeshPeer& peer) {
  auto key = short_key(peer.peer->public_key);
  if (peer.address.empty()) return key;
  return fmt::format("{}, key {}", fleet.name_of(peer.address), key);
}

Finding about_peer(const Look& look, const MeshPeer& peer, std::string message) {
  return {.message = std::move(message),
          .subject = peer.peer->public_key,
          .peer = peer.address,
          .about = look.fleet.owners_of(peer.address)};
}

// An idle link without keepalive on either end has no reason to shake hands.
bool is_kept_alive(const Context& fleet, const Node& node, const MeshPeer& peer) {
  if (is_above<std::int64_t>(peer.peer->keepalive, 0)) return true;
  const auto owners = fleet.owners_of(peer.address);
  if (owners.size() != 1 || node.mesh_address.empty()) return false;
  const auto& others = fleet.nodes[owners.front()].peers;
  return std::any_of(others.begin(), others.end(), [&](const MeshPeer& back) {
    return back.address == node.mesh_address && is_above<std::int64_t>(back.peer->keepalive, 0);
  });
}

void handshake_stale(const Look& look, Findings& out) {
  if (mesh_is_down(*look.node)) return;
  for (const auto& peer : look.node->peers) {
    if (!is_above<std::int64_t>(peer.peer->latest_handshake, 0)) continue;
    if (!is_above(peer.peer->handshake_age_sec, look.limits().handshake_s)) continue;
    if (!is_kept_alive(look.fleet, *look.node, peer)) continue;
    out.push_back(about_peer(
        look, peer,
        fmt::format("peer {}: last handshake {} s ago", peer_name(look.fleet, peer), *peer.peer->handshake_age_sec)));
  }
}

void handshake_never(const Look& look, Findings& out) {
  if (mesh_is_down(*look.node)) return;
  for (const auto& peer : look.node->peers) {
    if (peer.peer->latest_handshake != 0) continue;
    out.push_back(about_peer(look, peer, fmt::format("peer {} never shook hands", peer_name(look.fleet, peer))));
  }
}

constexpr Rule kRules[] = {
    {.id = "wireguard.peer_count",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::fleet_or_one_node,
     .meaning =
         "The node has fewer peers than the mesh has other nodes, or not the right ones: some traffic has no way.",
     .fires = "the interface has fewer peers than the environment has other nodes, or no peer that covers the mesh "
              "address of one",
     .unless = "the interface is down",
     .causes = {"A node was added, and this one's configuration was not renewed: the message names it as missing.",
                "A node was replaced and has a new key: one peer is missing, one is unknown.",
                "The interface was set up by hand: the file and the interface differ."},
     .checks = {{{"the peers here", "sudo wg show wg0 allowed-ips"},
                 {"all nodes' peers", "fleetwatch monitor report --env {env}", Where::here}}},
     .evaluate = peer_count},
    {.id = "wireguard.interface_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "wg0 does not exist or is down: the node is cut off from the mesh, and so is all that runs over it.",
     .fires = "the interface wg0 is missing or not up",
     .causes = {"The unit was stopped or failed: service.not_active or service.failed names it.",
                "Somebody took the link down by hand: the unit is still active.",
                "The configuration is wrong: the unit's last lines say so."},
     .checks = {{{"the unit's state", "systemctl status {unit} --no-pager"},
                 {"the link", "ip link show wg0"},
                 {"the unit's last lines", "sudo journalctl -u {unit} -n 30 --no-pager"}}},
     .evaluate = interface_down,
     .unit = kWireguardUnit},
    {.id = "wireguard.handshake_stale",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A peer that is kept alive has not shaken hands for minutes: nothing gets through between the two.",
     .fires = "the last handshake is more than {handshake_s} s old",
     .unless =
         "the interface is down; neither end has a keepalive (an idle link is only idle); the peer never shook hands",
     .causes = {"The peer's node is down: it is unreached, and this alert stands beneath it.",
                "The network or a firewall drops UDP between the two: both sides have an old handshake.",
                "The peer's address or key has changed: its endpoint here is not the one it has."},
     .checks = {{{"endpoints as seen here", "sudo wg show wg0 endpoints"},
                 {"whether the peer answers", "ping -c 3 {peer}"}}},
     .evaluate = handshake_stale},
    {.id = "wireguard.handshake_never",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A peer has never shaken hands since the interface came up.",
     .fires = "the time of the latest handshake is 0",
     .unless = "the interface is down",
     .causes = {"Wrong key: the public key here is not the one that the peer shows.",
                "Wrong endpoint: the address here is not the peer's.",
                "A firewall drops UDP 51820: keys and endpoints are right.",
                "The peer has been down since the interface came up: it is unreached."},
     .checks = {{{"endpoints as seen here", "sudo wg show wg0 endpoints"},
                 {"own public key, to compare", "sudo wg show wg0 public-key"},
                 {"whether the peer answers", "ping -c 3 {peer}"}}},
     .evaluate = handshake_never},
};

}  // namespace

std::span<const Rule> wireguard_rules() { return kRules; }

}  // namespace fleetwatch::alert
