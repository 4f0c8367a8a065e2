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
  auto lost = fleet.lost();
  std::erase(lost, self);
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

void cluster_peers_low(const Look& look, Findings& out) {
  const auto expected = expected_nodes(look.fleet, &Ipfs::cluster_active);
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
  if (ipfs != nullptr && is_false(ipfs->cluster_active)) out.push_back({.message = "cluster down"});
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
    if (node.index != self && (is_lost(node) || down)) found.push_back(node.index);
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

constexpr std::string_view kUnit =
    "{on} 'systemctl status {unit} --no-pager' and: {on} 'sudo journalctl -u {unit} -n 50 --no-pager'";
constexpr std::string_view kSwarm = "{on} 'curl -s -X POST http://localhost:4501/api/v0/swarm/peers'";
constexpr std::string_view kPeers = "{on} 'curl -s --max-time 20 http://localhost:9094/peers'";
constexpr std::string_view kRepo =
    "{on} 'curl -s -X POST \"http://localhost:4501/api/v0/repo/stat?size-only=true\"' and: {on} 'df -h /opt/orama'";

constexpr Rule kRules[] = {
    {.id = "ipfs.swarm_peers_low",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .summary = "The IPFS daemon is connected to fewer nodes than run one",
     .hint = kSwarm,
     .evaluate = swarm_peers_low},
    {.id = "ipfs.cluster_peers_low",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .summary = "IPFS Cluster knows fewer peers than there are nodes that run it",
     .hint = kPeers,
     .evaluate = cluster_peers_low},
    {.id = "ipfs.daemon_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The IPFS daemon does not run",
     .hint = kUnit,
     .evaluate = daemon_down,
     .unit = kIpfsUnit},
    {.id = "ipfs.cluster_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "IPFS Cluster does not run",
     .hint = kUnit,
     .evaluate = cluster_down,
     .unit = kIpfsClusterUnit},
    {.id = "ipfs.isolated",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The IPFS daemon has no peer at all, though other nodes have one to offer",
     .hint = "With an empty bootstrap list somebody must dial; which peers are configured: "
             "{on} 'curl -s -X POST \"http://localhost:4501/api/v0/config?arg=Peering.Peers\"'",
     .evaluate = isolated,
     .also_known_as = "ipfs.swarm_isolated"},
    {.id = "ipfs.swarm_key_missing",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Without its swarm key the daemon is not in the private network",
     .hint = "{on} 'sudo ls -l /opt/orama/.orama/data/ipfs/repo/'",
     .evaluate = swarm_key_missing},
    {.id = "ipfs.bootstrap_not_empty",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The daemon of a private network still knows bootstrap nodes",
     .hint = "{on} 'curl -s -X POST http://localhost:4501/api/v0/bootstrap/list'",
     .evaluate = bootstrap_not_empty},
    {.id = "ipfs.repo_full",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The repository is at its configured maximum",
     .hint = kRepo,
     .evaluate = repo_full},
    {.id = "ipfs.repo_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The repository comes near its configured maximum",
     .hint = kRepo,
     .evaluate = repo_high},
    {.id = "ipfs.cluster_errors",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Peers of IPFS Cluster report an error or do not answer this node",
     .hint = kPeers,
     .evaluate = cluster_errors},
};

}  // namespace

std::span<const Rule> ipfs_rules() { return kRules; }

}  // namespace fleetwatch::alert
