#include "alert/context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "alert/units.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

// Not reached, or its wg0 is down.
bool is_lost(const Node& node) { return !node.reached() || mesh_is_down(node); }

std::vector<MeshPeer> mesh_peers(const model::NodeReport& report) {
  if (!report.wireguard || !report.wireguard->peers) return {};
  std::vector<MeshPeer> peers;
  for (const auto& peer : *report.wireguard->peers) {
    auto addresses = host_addresses(peer.allowed_ips);
    peers.push_back({&peer, addresses.empty() ? std::string{} : std::move(addresses.front())});
  }
  const auto key = [](const MeshPeer& peer) -> const std::string& { return peer.peer->public_key; };
  std::stable_sort(peers.begin(), peers.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  peers.erase(std::unique(peers.begin(), peers.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
              peers.end());
  return peers;
}

Node make_node(NodeIndex index, const model::NodeResult& result, const Thresholds& limits) {
  Node node;
  node.index = index;
  node.result = &result;
  if (!result.answered()) return node;
  node.report = &*result.report;
  if (node.report->wireguard) node.mesh_address = node.report->wireguard->wg_ip.value_or("");
  if (node.mesh_address.empty()) node.mesh_address = node.report->wireguard_ip.value_or("");
  node.peers = mesh_peers(*node.report);
  for (const auto& peer : node.peers) {
    if (!peer.address.empty()) node.peer_addresses.push_back(peer.address);
  }
  std::sort(node.peer_addresses.begin(), node.peer_addresses.end());
  std::vector<std::string_view> heard;
  for (const auto& peer : node.peers) {
    if (peer.peer->latest_handshake != 0) heard.emplace_back(peer.peer->allowed_ips);
  }
  node.heard = Reach(heard);
  if (node.report->services) {
    const auto* unit = find_unit(*node.report->services, kNodeUnit);
    if (unit != nullptr && unit->active_state == "active") node.uptime_s = unit->active_since_sec.value_or(0);
  }
  node.joining = node.uptime_s > 0 && node.uptime_s < limits.joining_s;
  return node;
}

// What nodes say about themselves comes before what others say about them; the first in the inventory wins.
void claim_own(Context& context) {
  for (const auto& node : context.nodes) {
    if (!node.mesh_address.empty()) context.owners.try_emplace(node.mesh_address, std::vector{node.index});
  }
  for (const auto& node : context.nodes) {
    const auto* rqlite = section(node, &model::NodeReport::rqlite);
    if (rqlite == nullptr || !rqlite->node_id || rqlite->node_id->empty()) continue;
    context.owners.try_emplace(*rqlite->node_id, std::vector{node.index});
    if (ipv4(host_part(*rqlite->node_id))) {
      context.owners.try_emplace(std::string(host_part(*rqlite->node_id)), std::vector{node.index});
    }
  }
  for (const auto& node : context.nodes) context.owners.try_emplace(node.host(), std::vector{node.index});
}

// A silent node's mesh address: peers reach it at its inventory host.
void claim_by_endpoint(Context& context) {
  std::map<std::string_view, NodeIndex> silent;
  for (const auto& node : context.nodes) {
    if (node.mesh_address.empty()) silent.try_emplace(node.host(), node.index);
  }
  for (const auto& node : context.nodes) {
    for (const auto& peer : node.peers) {
      if (silent.empty() || peer.address.empty() || !peer.peer->endpoint) continue;
      const auto found = silent.find(host_part(*peer.peer->endpoint));
      if (found == silent.end()) continue;
      const auto owner = context.owners.try_emplace(peer.address, std::vector{found->second}).first;
      if (owner->second.front() != found->second) continue;
      context.nodes[found->second].mesh_address = peer.address;
      silent.erase(found);
    }
  }
}

// Names that others use and nobody owns: mesh addresses, and raft ids that are no addresses.
struct Ownerless {
  std::set<std::string> addresses;
  std::set<std::string> raft_ids;
};

Ownerless find_ownerless(const Context& context) {
  Ownerless found;
  for (const auto& node : context.nodes) {
    for (const auto& peer : node.peers) {
      if (!peer.address.empty() && !context.owners.contains(peer.address)) found.addresses.insert(peer.address);
    }
    const auto* rqlite = section(node, &model::NodeReport::rqlite);
    if (rqlite == nullptr || !rqlite->nodes) continue;
    for (const auto& [id, member] : *rqlite->nodes) {
      if (!context.owners_of(id).empty()) continue;
      if (ipv4(host_part(id))) found.addresses.emplace(host_part(id));
      else found.raft_ids.insert(id);
    }
  }
  return found;
}

// What is left over: with no more ownerless names than lost nodes, the names are theirs.
void claim_by_elimination(Context& context) {
  if (context.snapshot->filtered) return;
  std::vector<NodeIndex> without_id;
  for (const auto& node : context.nodes) {
    if (!is_lost(node)) continue;
    const auto* rqlite = responsive_rqlite(node);
    if (rqlite != nullptr && rqlite->node_id) continue;
    without_id.push_back(node.index);
    if (node.mesh_address.empty()) context.unplaced.push_back(node.index);
  }
  const auto ownerless = find_ownerless(context);
  const auto claim = [&](const std::set<std::string>& names, const std::vector<NodeIndex>& nodes) {
    if (names.size() > nodes.size()) return;
    for (const auto& name : names) context.owners.emplace(name, nodes);
  };
  claim(ownerless.addresses, context.unplaced);
  claim(ownerless.raft_ids, without_id);
  if (context.unplaced.size() != 1 || ownerless.addresses.size() != 1) return;
  context.nodes[context.unplaced.front()].mesh_address = *ownerless.addresses.begin();
  context.unplaced.clear();
}

}  // namespace

const model::Rqlite* responsive_rqlite(const Node& node) {
  const auto* rqlite = section(node, &model::NodeReport::rqlite);
  return rqlite != nullptr && is_true(rqlite->responsive) ? rqlite : nullptr;
}

bool mesh_is_down(const Node& node) {
  const auto* wireguard = section(node, &model::NodeReport::wireguard);
  return wireguard != nullptr && is_false(wireguard->interface_up);
}

bool mesh_is_torn(const Node& node, const Node& other) {
  const auto* wireguard = section(node, &model::NodeReport::wireguard);
  if (wireguard == nullptr || !wireguard->peers || other.mesh_address.empty()) return false;
  return !node.heard.covers(other.mesh_address);
}

bool is_lost_to(const Node& other, const Node& node) {
  return is_lost(other) || mesh_is_torn(node, other) || mesh_is_torn(other, node);
}

std::vector<NodeIndex> Context::owners_of(std::string_view address) const {
  if (address.empty()) return {};
  auto found = owners.find(address);
  if (found == owners.end()) found = owners.find(host_part(address));
  return found == owners.end() ? std::vector<NodeIndex>{} : found->second;
}

std::string Context::name_of(std::string_view address) const {
  const auto known = owners_of(address);
  auto shown = foreign(address);
  if (known.size() != 1 || nodes[known.front()].host() == address) return shown;
  return fmt::format("{} ({})", foreign(nodes[known.front()].host()), shown);
}

std::vector<NodeIndex> Context::lost() const {
  std::vector<NodeIndex> found;
  for (const auto& node : nodes) {
    if (is_lost(node)) found.push_back(node.index);
  }
  return found;
}

Context make_context(const model::Snapshot& snapshot, const Thresholds& limits) {
  Context context;
  context.snapshot = &snapshot;
  context.limits = limits;
  context.size = std::max(snapshot.environment_size, snapshot.nodes.size());
  for (NodeIndex i = 0; i < snapshot.nodes.size(); ++i) {
    context.nodes.push_back(make_node(i, snapshot.nodes[i], limits));
  }
  claim_own(context);
  claim_by_endpoint(context);
  claim_by_elimination(context);
  context.raft = make_raft(context);
  return context;
}

}  // namespace fleetwatch::alert
