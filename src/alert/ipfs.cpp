// Kubo and IPFS Cluster.
#include <fmt/format.h>

#include <algorithm>

#include "alert/rule.hpp"
#include "alert/units.hpp"

namespace fleetwatch::alert {

namespace {

using model::Ipfs;
using model::Severity;
using Flag = std::optional<bool> Ipfs::*;

const Ipfs* with_daemon(const Node& node) {
  const auto* ipfs = section(node, &model::NodeReport::ipfs);
  return ipfs != nullptr && is_true(ipfs->daemon_active) ? ipfs : nullptr;
}

// Nodes that run it, and those that were not reached: they are peers that may be missing, not ones that do not exist.
std::size_t expected_nodes(const Context& fleet, Flag active) {
  return static_cast<std::size_t>(std::count_if(fleet.nodes.begin(), fleet.nodes.end(), [&](const Node& node) {
    if (!node.reached()) return true;
    const auto* ipfs = section(node, &model::NodeReport::ipfs);
    return ipfs != nullptr && is_true(ipfs->*active);
  }));
}

// Peers are only counted, so lost nodes explain a number when there are enough of them.
std::vector<NodeIndex> lost_others(const Context& fleet, NodeIndex self, std::size_t lacking) {
  std::vector<NodeIndex> lost;
  for (const auto& node : fleet.nodes) {
    if (node.index != self && is_lost_to(node, fleet.nodes[self])) lost.push_back(node.index);
  }
  if (lost.size() < lacking) lost.clear();
  return lost;
}

void isolated(const Look& look, Findings& out) {
  const auto* ipfs = with_daemon(*look.node);
  if (ipfs == nullptr || ipfs->swarm_peers != 0) return;
  const auto& fleet = look.fleet;
  const bool filtered = fleet.snapshot->filtered;
  const auto others = filtered ? fleet.size - 1 : expected_nodes(fleet, &Ipfs::daemon_active) - 1;
  if (others == 0) return;
  out.push_back({.message = "no swarm peer connected",
                 .about = lost_others(fleet, look.node->index, others),
                 .explained = Explained::by_any});
}

void swarm_peers_low(const Look& look, Findings& out) {
  const auto expected = expected_nodes(look.fleet, &Ipfs::daemon_active);
  if (expected < 2) return;
  for (const auto& node : look.fleet.nodes) {
    const auto* ipfs = with_daemon(node);
    if (ipfs == nullptr || !is_above<std::int64_t>(ipfs->swarm_peers, 0)) continue;
    const auto count = static_cast<std::size_t>(*ipfs->swarm_peers);
    if (count >= expected - 1) continue;
    out.push_back({.message = fmt::format("{} swarm peers, {} expected", count, expected - 1),
                   .node = node.index,
                   .about = lost_others(look.fleet, node.index, expected - 1 - count),
                   .explained = Explained::by_any});
  }
}

bool cluster_has_settled(const Node& node, std::int64_t limit_s) {
  const auto* services = section(node, &model::NodeReport::services);
  const auto* unit = services == nullptr ? nullptr : find_unit(*services, kIpfsClusterUnit);
  return unit != nullptr && is_above(unit->active_since_sec, limit_s);
}

// A member that has just started is listed by the others a little later.
std::size_t expected_cluster_peers(const Context& fleet, std::int64_t settle_s) {
  auto expected = expected_nodes(fleet, &Ipfs::cluster_active);
  for (const auto& node : fleet.nodes) {
    const auto* ipfs = section(node, &model::NodeReport::ipfs);
    if (ipfs != nullptr && is_true(ipfs->cluster_active) && !cluster_has_settled(node, settle_s)) --expected;
  }
  return expected;
}

void cluster_peers_low(const Look& look, Findings& out) {
  const auto expected = expected_cluster_peers(look.fleet, look.limits().cluster_settle_s);
  if (expected < 2) return;
  for (const auto& node : look.fleet.nodes) {
    const auto* ipfs = section(node, &model::NodeReport::ipfs);
    if (ipfs == nullptr || !is_true(ipfs->cluster_active) || !ipfs->cluster_peer_count) continue;
    if (!cluster_has_settled(node, look.limits().cluster_settle_s)) continue;
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(*ipfs->cluster_peer_count, 0));
    if (count >= expected) continue;
    out.push_back({.message = fmt::format("{} cluster peers, {} expected", count, expected),
                   .node = node.index,
                   .about = lost_others(look.fleet, node.index, expected - count),
                   .explained = Explained::by_any});
  }
}

void daemon_down(const Look& look, Findings& out) {
  const auto* ipfs = look.section(&model::NodeReport::ipfs);
  if (ipfs != nullptr && is_false(ipfs->daemon_active)) out.push_back({.message = "daemon down"});
}

void cluster_down(const Look& look, Findings& out) {
  const auto* ipfs = look.section(&model::NodeReport::ipfs);
  if (ipfs != nullptr && is_false(ipfs->cluster_active))
    out.push_back({.message = "cluster down", .part = "ipfs_cluster"});
}

void swarm_key_missing(const Look& look, Findings& out) {
  const auto* ipfs = with_daemon(*look.node);
  if (ipfs != nullptr && is_false(ipfs->has_swarm_key)) out.push_back({.message = "swarm key missing"});
}

void bootstrap_not_empty(const Look& look, Findings& out) {
  const auto* ipfs = with_daemon(*look.node);
  if (ipfs == nullptr || !is_false(ipfs->bootstrap_empty)) return;
  // The reference also writes false when the API did not answer; a version shows that it did.
  if (!look.node->report->collector && ipfs->kubo_version.value_or("").empty()) return;
  out.push_back({.message = "bootstrap list not empty"});
}

void repo_full(const Look& look, Findings& out) {
  const auto* ipfs = look.section(&model::NodeReport::ipfs);
  if (ipfs == nullptr || !is_above(ipfs->repo_use_pct, look.limits().repo_critical_pct)) return;
  const auto percent = *ipfs->repo_use_pct;
  out.push_back(
      {.message = fmt::format("repo at {} %, {}", percent, percent > 100 ? "over its limit" : "almost full")});
}

void repo_high(const Look& look, Findings& out) {
  const auto* ipfs = look.section(&model::NodeReport::ipfs);
  if (ipfs == nullptr || !is_above(ipfs->repo_use_pct, look.limits().repo_pct)) return;
  if (is_above(ipfs->repo_use_pct, look.limits().repo_critical_pct)) return;
  out.push_back({.message = fmt::format("repo at {} %", *ipfs->repo_use_pct)});
}

// Nodes that give their cluster peers an error: lost ones, and those whose daemon or cluster is down.
std::vector<NodeIndex> erring_nodes(const Context& fleet, NodeIndex self) {
  std::vector<NodeIndex> found;
  for (const auto& node : fleet.nodes) {
    const auto* ipfs = section(node, &model::NodeReport::ipfs);
    const bool down = ipfs != nullptr && (is_false(ipfs->daemon_active) || is_false(ipfs->cluster_active));
    if (node.index != self && (is_lost_to(node, fleet.nodes[self]) || down)) found.push_back(node.index);
  }
  return found;
}

void cluster_errors(const Look& look, Findings& out) {
  const auto* ipfs = look.section(&model::NodeReport::ipfs);
  if (ipfs == nullptr || !is_above<std::int64_t>(ipfs->cluster_errors, 0)) return;
  auto about = erring_nodes(look.fleet, look.node->index);
  const std::size_t own = is_false(ipfs->daemon_active) ? 1 : 0;
  if (about.size() + own < static_cast<std::size_t>(*ipfs->cluster_errors)) about.clear();
  out.push_back({.message = fmt::format("{} cluster peer errors", *ipfs->cluster_errors),
                 .about = std::move(about),
                 .explained = Explained::by_any});
}

constexpr Rule kRules[] = {
    {.id = "ipfs.swarm_peers_low",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .meaning = "The IPFS daemon is connected to fewer nodes than run one.",
     .fires = "it has at least one peer, but fewer than there are other active daemons",
     .unless = "fewer than two nodes run the daemon; it has no peer at all (then ipfs.isolated)",
     .causes = {"A node is down: this alert stands beneath it.",
                "A peer has just started and nobody has dialled it yet.",
                "A daemon has no peering configured: it does not come back after a restart by itself."},
     .checks = {{{"the peers it has", "curl -s --max-time 5 -X POST http://localhost:4501/api/v0/swarm/peers"}}},
     .evaluate = swarm_peers_low},
    {.id = "ipfs.cluster_peers_low",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .meaning = "IPFS Cluster knows fewer peers than there are nodes that run it.",
     .fires = "its peers, itself included, are fewer than the nodes that run it",
     .unless = "fewer than two nodes run it; it is not active here, or for less than {cluster_settle_s} s",
     .causes = {"A node is down: this alert stands beneath it.",
                "A peer has just started: it is listed up to 16 s later.",
                "The secret or the peer list differs: one peer is alone."},
     .checks = {{{"what each peer says", "curl -s --max-time 20 http://localhost:9094/peers"}}},
     .evaluate = cluster_peers_low},
    {.id = "ipfs.daemon_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The IPFS daemon does not run.",
     .fires = "the unit is not active",
     .causes = {"It was stopped or has failed: its unit says so.",
                "Its repository is locked or of another version: its last line says so."},
     .checks = kUnitChecks,
     .evaluate = daemon_down,
     .unit = kIpfsUnit},
    {.id = "ipfs.cluster_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "IPFS Cluster does not run: pins are not spread.",
     .fires = "the unit is not active",
     .causes = {"It was stopped or has failed: its unit says so.",
                "It waits for the daemon or a peer: its last lines say so."},
     .checks = kUnitChecks,
     .evaluate = cluster_down,
     .unit = kIpfsClusterUnit},
    {.id = "ipfs.isolated",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The IPFS daemon has no peer at all, though other nodes have one to offer.",
     .fires = "the number of swarm peers is 0",
     .unless = "the daemon is not active; no other node runs one",
     .causes = {"It was restarted with an empty bootstrap list: somebody must dial it, or Peering.Peers must name the "
                "others.",
                "Its swarm key differs: the others have peers, this one refuses them.",
                "The profile server blocks 10.0.0.0/8: Swarm.AddrFilters has it.",
                "The mesh is down: wireguard.interface_down fires too."},
     .checks = {{{"which peers are configured",
                  "curl -s --max-time 5 -X POST \"http://localhost:4501/api/v0/config?arg=Peering.Peers\""},
                 {"which addresses are blocked",
                  "curl -s --max-time 5 -X POST \"http://localhost:4501/api/v0/config?arg=Swarm.AddrFilters\""}}},
     .evaluate = isolated,
     .also_known_as = "ipfs.swarm_isolated"},
    {.id = "ipfs.swarm_key_missing",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Without its swarm key the daemon is not in the private network.",
     .fires = "the file swarm.key is not in the repository",
     .unless = "the daemon is not active",
     .causes = {"The repository was made anew: its other files are young.", "The key was never copied to this node."},
     .checks = {{{"what is in the repository", "sudo ls -l /opt/orama/.orama/data/ipfs/repo"}}},
     .evaluate = swarm_key_missing},
    {.id = "ipfs.bootstrap_not_empty",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The daemon of a private network still knows bootstrap nodes.",
     .fires = "the bootstrap list has entries; the default auto is one",
     .unless = "the daemon is not active; its API did not answer",
     .causes = {"The repository was made by a plain init: the list is auto.",
                "Public nodes were never removed: the list has their addresses."},
     .checks = {{{"the list", "curl -s --max-time 5 -X POST http://localhost:4501/api/v0/bootstrap/list"}}},
     .evaluate = bootstrap_not_empty},
    {.id = "ipfs.repo_full",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The repository is at or over its configured maximum.",
     .fires = "it uses more than {repo_critical_pct} % of it",
     .causes = {"Pinned data has grown: the pins' number grows with it.",
                "Garbage is never collected: the daemon runs without --enable-gc, and the limit stops nothing."},
     .checks = {{{"size and limit",
                  "curl -s --max-time 5 -X POST \"http://localhost:4501/api/v0/repo/stat?size-only=true\""},
                 {"room on the disk", "df -h /opt/orama"}}},
     .evaluate = repo_full},
    {.id = "ipfs.repo_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The repository comes near its configured maximum.",
     .fires = "it uses more than {repo_pct} % of it, and not more than {repo_critical_pct} %",
     .causes = {"Pinned data has grown: the pins' number grows with it.",
                "Garbage is never collected: the daemon runs without --enable-gc, and the limit stops nothing."},
     .checks = {{{"size and limit",
                  "curl -s --max-time 5 -X POST \"http://localhost:4501/api/v0/repo/stat?size-only=true\""},
                 {"room on the disk", "df -h /opt/orama"}}},
     .evaluate = repo_high},
    {.id = "ipfs.cluster_errors",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Peers of IPFS Cluster report an error or do not answer this node.",
     .fires = "more than 0 peers have an error",
     .causes = {"A node is down: this alert stands beneath it.",
                "A peer's own daemon is dead: only the ipfs part of its line has an error.",
                "A peer is silent: it gets an error after 15 s."},
     .checks = {{{"what each peer says", "curl -s --max-time 20 http://localhost:9094/peers"}}},
     .evaluate = cluster_errors},
};

}  // namespace

std::span<const Rule> ipfs_rules() { return kRules; }

}  // namespace fleetwatch::alert
