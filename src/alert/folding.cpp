#include "alert/folding.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

// Earlier rows win: what a node's own alerts explain is not charged to another node.
constexpr std::array<Consequence, 31> kConsequences = {{
    // A unit that does not run, and what it serves on that node.
    {"service.failed service.not_active service.failed_unit service.not_installed", Bound::unit,
     "service.restart_loop "
     "wireguard.interface_down rqlite.unresponsive gateway.unresponsive "
     "olric.service_down olric.memberlist_down ipfs.daemon_down ipfs.cluster_down "
     "dns.coredns_down dns.port53_unbound dns.soa_unresolved dns.wildcard_unresolved dns.base_a_unresolved "
     "dns.ns_unresolved "
     "dns.caddy_down dns.port443_unbound dns.tls_unchecked dns.tls_expired dns.base_tls_expiring "
     "dns.wildcard_tls_expiring "
     "anyone.not_bootstrapped namespace.gateway_down namespace.gateway_unhealthy namespace.rqlite_down "
     "vault.service_down vault.unresponsive"},
    {"service.restart_loop", Bound::unit,
     "rqlite.unresponsive gateway.unresponsive olric.memberlist_down dns.port53_unbound dns.port443_unbound "
     "anyone.not_bootstrapped namespace.gateway_down namespace.rqlite_down vault.unresponsive "
     "olric.restarts vault.restarts"},
    // A node whose wg0 is down has lost its peers, and they have lost it.
    {"wireguard.interface_down", Bound::node,
     "wireguard.peer_count wireguard.handshake_stale wireguard.handshake_never "
     "rqlite.not_ready rqlite.strong_read_failed rqlite.candidate rqlite.peer_unreachable rqlite.peer_joining "
     "rqlite.applied_lag "
     "olric.memberlist_down olric.member_count olric.suspects olric.flapping "
     "ipfs.isolated ipfs.swarm_peers_low ipfs.cluster_peers_low ipfs.cluster_errors "
     "vault.unavailable vault.degraded network.tcp_retrans_high"},
    {"ssh.collect_failed wireguard.interface_down", Bound::about,
     "wireguard.peer_count wireguard.handshake_stale wireguard.handshake_never "
     "rqlite.peer_unreachable rqlite.peer_joining rqlite.quorum_lost rqlite.quorum_fragile rqlite.no_leader "
     "rqlite.leader_disagreement rqlite.split_brain rqlite.term_inconsistent rqlite.not_ready "
     "rqlite.strong_read_failed rqlite.candidate "
     "olric.member_count olric.suspects olric.flapping "
     "ipfs.isolated ipfs.swarm_peers_low ipfs.cluster_peers_low ipfs.cluster_errors "
     "vault.unavailable vault.degraded network.tcp_retrans_high"},
    // A peer that is not set up, or with a wrong key, is lost to the node, and the node to it.
    {"wireguard.peer_count wireguard.handshake_never", Bound::peer,
     "rqlite.not_ready rqlite.strong_read_failed rqlite.candidate rqlite.peer_unreachable rqlite.peer_joining "
     "rqlite.applied_lag olric.member_count olric.suspects olric.flapping "
     "ipfs.isolated ipfs.swarm_peers_low ipfs.cluster_peers_low ipfs.cluster_errors "
     "vault.unavailable vault.degraded network.tcp_retrans_high"},
    {"wireguard.peer_count wireguard.handshake_never", Bound::pair,
     "wireguard.handshake_stale rqlite.peer_unreachable rqlite.peer_joining rqlite.not_ready rqlite.strong_read_failed "
     "olric.member_count olric.suspects olric.flapping "
     "ipfs.isolated ipfs.swarm_peers_low ipfs.cluster_peers_low ipfs.cluster_errors "
     "vault.unavailable vault.degraded"},
    // rqlite that does not answer, and the members that depend on it.
    {"rqlite.unresponsive rqlite.shutdown", Bound::about,
     "rqlite.peer_unreachable rqlite.peer_joining rqlite.quorum_fragile rqlite.quorum_lost rqlite.no_leader "
     "rqlite.leader_disagreement rqlite.not_ready rqlite.strong_read_failed rqlite.candidate"},
    {"rqlite.quorum_lost", Bound::node, "rqlite.no_leader rqlite.quorum_fragile"},
    // Two leaders have two addresses, most often two terms, and logs that cannot be compared.
    {"rqlite.split_brain", Bound::node, "rqlite.leader_disagreement rqlite.term_inconsistent"},
    {"rqlite.split_brain", Bound::about, "rqlite.applied_lag"},
    // Who has missed elections still names the leader of then.
    {"rqlite.term_inconsistent", Bound::node, "rqlite.leader_disagreement"},
    {"rqlite.quorum_lost rqlite.no_leader", Bound::about,
     "rqlite.not_ready rqlite.strong_read_failed rqlite.candidate"},
    {"rqlite.shutdown", Bound::node, "rqlite.not_ready rqlite.strong_read_failed"},
    {"rqlite.candidate", Bound::node, "rqlite.not_ready rqlite.strong_read_failed"},
    {"rqlite.not_ready", Bound::node, "rqlite.strong_read_failed"},
    {"rqlite.fsm_backlog", Bound::node, "rqlite.commit_applied_gap"},
    // Members that are down on a node that answers, and what the others count.
    {"olric.service_down olric.memberlist_down", Bound::about, "olric.member_count olric.suspects olric.flapping"},
    {"olric.member_count", Bound::node, "olric.suspects olric.flapping"},
    // One that comes back each time.
    {"olric.restarts", Bound::about, "olric.member_count olric.suspects olric.flapping"},
    {"ipfs.daemon_down", Bound::node, "ipfs.cluster_errors"},
    {"ipfs.daemon_down", Bound::about, "ipfs.isolated ipfs.swarm_peers_low ipfs.cluster_errors"},
    {"ipfs.cluster_down", Bound::about, "ipfs.cluster_peers_low ipfs.cluster_errors"},
    // The vault is asked through the gateway, and its guardians are the vaults of the other nodes.
    {"gateway.unresponsive", Bound::node, "vault.unresponsive"},
    {"vault.service_down", Bound::about, "vault.unavailable vault.degraded"},
    // DNS: nothing resolves without the port, no name without the zone.
    {"dns.port53_unbound", Bound::node,
     "dns.soa_unresolved dns.wildcard_unresolved dns.base_a_unresolved dns.ns_unresolved"},
    {"dns.soa_unresolved", Bound::node, "dns.wildcard_unresolved dns.base_a_unresolved dns.ns_unresolved"},
    // A gateway repeats what its parts say.
    {"rqlite.unresponsive rqlite.shutdown rqlite.candidate rqlite.not_ready rqlite.strong_read_failed "
     "olric.service_down olric.memberlist_down ipfs.daemon_down ipfs.cluster_down",
     Bound::part, "gateway.subsystem"},
    {"vault.service_down vault.unavailable vault.degraded", Bound::part, "gateway.subsystem"},
    // It also asks its own node's services at their mesh address.
    {"wireguard.interface_down", Bound::node, "gateway.subsystem gateway.http_status"},
    {"gateway.subsystem", Bound::node, "gateway.http_status"},
}};

struct Link {
  std::string_view cause;
  Bound bound;
};
using Links = std::map<std::string_view, std::vector<Link>>;  // by effect

Links links_by_effect() {
  Links links;
  for (const auto& row : kConsequences) {
    for (const auto effect : words(row.effects)) {
      for (const auto cause : words(row.causes)) links[effect].push_back({cause, row.bound});
    }
  }
  return links;
}

class Folder {
 public:
  explicit Folder(const std::vector<Judged>& judged) : judged_(judged), links_(links_by_effect()) {
    for (std::size_t i = 0; i < judged.size(); ++i) by_place_[{judged[i].rule->id, judged[i].node}].push_back(i);
  }

  // The alert that explains this one directly.
  std::optional<std::size_t> cause_of(std::size_t effect) const {
    const auto links = links_.find(judged_[effect].rule->id);
    if (links == links_.end()) return std::nullopt;
    for (const auto& link : links->second) {
      if (const auto cause = own_cause(judged_[effect], link)) return cause;
    }
    return cause_elsewhere(judged_[effect], links->second);
  }

 private:
  static bool shares(const Judged& effect, const Judged& cause, Bound bound) {
    switch (bound) {
      case Bound::node:
        return true;
      case Bound::unit:
        return !effect.unit.empty() && effect.unit == cause.unit;
      case Bound::part:
        return effect.finding.part == cause.alert.subsystem ||
               (!cause.finding.part.empty() && effect.finding.part == cause.finding.part);
      case Bound::peer:
        return std::any_of(effect.finding.about.begin(), effect.finding.about.end(),
                           [&](NodeIndex node) { return names(cause, node); });
      case Bound::about:
      case Bound::pair:
        return false;
    }
    return false;
  }

  std::optional<std::size_t> own_cause(const Judged& effect, const Link& link) const {
    const auto place = by_place_.find({link.cause, effect.node});
    if (place == by_place_.end()) return std::nullopt;
    for (const auto candidate : place->second) {
      if (shares(effect, judged_[candidate], link.bound)) return candidate;
    }
    return std::nullopt;
  }

  // An alert about `node` that explains one of `effect`, which names that node.
  std::optional<std::size_t> loss_of(NodeIndex node, const Judged& effect, const std::vector<Link>& links) const {
    for (const auto& link : links) {
      if (link.bound != Bound::about && link.bound != Bound::pair) continue;
      const auto place = by_place_.find({link.cause, node});
      if (place == by_place_.end()) continue;
      for (const auto candidate : place->second) {
        if (link.bound == Bound::about || names(judged_[candidate], effect.node)) return candidate;
      }
    }
    return std::nullopt;
  }

  static bool names(const Judged& alert, NodeIndex node) {
    const auto& about = alert.finding.about;
    return std::find(about.begin(), about.end(), node) != about.end();
  }

  std::optional<std::size_t> cause_elsewhere(const Judged& effect, const std::vector<Link>& links) const {
    std::optional<std::size_t> first;
    for (const auto node : effect.finding.about) {
      const auto cause = loss_of(node, effect, links);
      if (!first) first = cause;
      if (effect.finding.explained == Explained::by_any && cause) return cause;
      if (effect.finding.explained == Explained::by_all && !cause) return std::nullopt;
    }
    return first;
  }

  const std::vector<Judged>& judged_;
  Links links_;
  std::map<std::pair<std::string_view, NodeIndex>, std::vector<std::size_t>> by_place_;
};

}  // namespace

std::span<const Consequence> consequences() { return kConsequences; }

void fold(std::vector<Judged>& judged) {
  const Folder folder(judged);
  std::vector<std::optional<std::size_t>> causes;
  causes.reserve(judged.size());
  for (std::size_t i = 0; i < judged.size(); ++i) causes.push_back(folder.cause_of(i));
  for (std::size_t i = 0; i < judged.size(); ++i) {
    std::size_t root = i;
    // The table has no cycles, so this ends at an alert without a cause.
    while (causes[root]) root = *causes[root];
    if (root != i) judged[i].alert.caused_by = judged[root].alert.key;
  }
}

}  // namespace fleetwatch::alert
