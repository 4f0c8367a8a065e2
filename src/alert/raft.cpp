// rqlite, compared over all nodes: leader, quorum, terms, lag.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "alert/rule.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;

void no_leader(const Look& look, Findings& out) {
  const auto& raft = look.fleet.raft;
  if (!raft.known || raft.leader_heard) return;
  out.push_back({.message = "cluster has no leader", .about = raft.suspects, .explained = Explained::by_any});
}

std::vector<std::string> hosts(const Context& fleet, const std::vector<NodeIndex>& nodes) {
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (const auto node : nodes) names.push_back(foreign(fleet.nodes[node].host()));
  return names;
}

// Leaders of the highest term rival each other; one of an older term has only not noticed yet. A leader that does not
// tell its term may have any.
std::vector<NodeIndex> rival_leaders(const Context& fleet) {
  const auto term = [&](NodeIndex node) { return responsive_rqlite(fleet.nodes[node])->term; };
  std::uint64_t highest = 0;
  for (const auto node : fleet.raft.leaders) highest = std::max(highest, term(node).value_or(0));
  std::vector<NodeIndex> rivals;
  for (const auto node : fleet.raft.leaders) {
    if (term(node).value_or(highest) == highest) rivals.push_back(node);
  }
  return rivals;
}

void split_brain(const Look& look, Findings& out) {
  const auto& leaders = look.fleet.raft.leaders;
  if (leaders.size() < 2) return;
  const auto rivals = rival_leaders(look.fleet);
  if (rivals.size() > 1) {
    out.push_back(
        {.message = fmt::format("split brain: {} leaders ({})", rivals.size(), name_list(hosts(look.fleet, rivals)))});
    return;
  }
  std::vector<NodeIndex> former;
  std::set_difference(leaders.begin(), leaders.end(), rivals.begin(), rivals.end(), std::back_inserter(former));
  auto message = fmt::format("{} still says it leads, in an older term than {}", name_list(hosts(look.fleet, former)),
                             name_list(hosts(look.fleet, rivals)));
  out.push_back({.message = std::move(message), .severity = Severity::warning, .about = std::move(former)});
}

void leader_disagreement(const Look& look, Findings& out) {
  std::set<std::string> named;
  for (const auto& node : look.fleet.nodes) {
    const auto* rqlite = section(node, &model::NodeReport::rqlite);
    if (rqlite != nullptr && !rqlite->leader_addr.value_or("").empty()) named.insert(*rqlite->leader_addr);
  }
  if (named.size() < 2) return;
  Finding finding;
  std::vector<std::string> names;
  for (const auto& address : named) {
    names.push_back(look.fleet.name_of(address));
    const auto owners = look.fleet.owners_of(address);
    finding.about.insert(finding.about.end(), owners.begin(), owners.end());
  }
  finding.message = fmt::format("nodes name {} different leader addresses: {}", named.size(), name_list(names));
  finding.explained = Explained::by_any;
  out.push_back(std::move(finding));
}

std::string voters_message(const Raft& raft, std::string_view what) {
  return fmt::format("{}{} of {} voters reachable, {} needed", what, raft.up, raft.voters.size(), raft.quorum());
}

// The nodes of the voters that are down; one that belongs to no known node is the cluster's, which explains nothing.
std::vector<NodeIndex> voters_down(const Raft& raft) {
  std::vector<NodeIndex> down;
  for (const auto& voter : raft.voters) {
    if (voter.up) continue;
    if (voter.nodes.empty()) down.push_back(kCluster);
    down.insert(down.end(), voter.nodes.begin(), voter.nodes.end());
  }
  return down;
}

bool counts_voters(const Raft& raft) { return raft.responsive && raft.voters.size() >= 2; }

void quorum_lost(const Look& look, Findings& out) {
  const auto& raft = look.fleet.raft;
  if (!counts_voters(raft) || raft.up >= raft.quorum() || raft.strong_read) return;
  out.push_back({.message = voters_message(raft, ""), .about = voters_down(raft)});
}

void quorum_fragile(const Look& look, Findings& out) {
  const auto& raft = look.fleet.raft;
  if (!counts_voters(raft) || raft.up != raft.quorum() || raft.up == raft.voters.size()) return;
  out.push_back({.message = voters_message(raft, "no spare voter: "), .about = voters_down(raft)});
}

void term_inconsistent(const Look& look, Findings& out) {
  std::map<NodeIndex, std::uint64_t> terms;
  for (const auto& node : look.fleet.nodes) {
    const auto* rqlite = responsive_rqlite(node);
    if (rqlite != nullptr && rqlite->term) terms.emplace(node.index, *rqlite->term);
  }
  if (terms.empty()) return;
  const auto by_term = [](const auto& a, const auto& b) { return a.second < b.second; };
  const auto [lowest, highest] = std::minmax_element(terms.begin(), terms.end(), by_term);
  const auto delta = highest->second - lowest->second;
  if (delta <= look.limits().term_delta) return;
  Finding finding;
  finding.message = fmt::format("terms differ: min {} on {}, max {} on {}, delta {}", lowest->second,
                                foreign(look.fleet.nodes[lowest->first].host()), highest->second,
                                foreign(look.fleet.nodes[highest->first].host()), delta);
  for (const auto& [node, term] : terms) {
    if (highest->second - term > look.limits().term_delta) finding.about.push_back(node);
  }
  out.push_back(std::move(finding));
}

using Index = std::optional<std::uint64_t> model::Rqlite::*;

// The index that the others are held against: the leader's when there is exactly one, else the highest.
std::optional<std::uint64_t> reference_index(const Context& fleet, Index index) {
  if (fleet.raft.leaders.size() == 1) return responsive_rqlite(fleet.nodes[fleet.raft.leaders.front()])->*index;
  std::optional<std::uint64_t> highest;
  for (const auto& node : fleet.nodes) {
    const auto* rqlite = responsive_rqlite(node);
    if (rqlite != nullptr && rqlite->*index && *(rqlite->*index) > highest.value_or(0)) highest = rqlite->*index;
  }
  return highest;
}

// How far a follower knows to be behind its leader: both numbers are of one moment. Nothing when it does not hear one.
std::optional<std::uint64_t> own_lag(const model::Rqlite& rqlite, std::uint64_t own, double contact_limit_ms) {
  if (!rqlite.leader_commit_index || *rqlite.leader_commit_index == 0 || !rqlite.last_contact) return std::nullopt;
  const auto contact_ms = duration_ms(*rqlite.last_contact);
  if (!contact_ms || *contact_ms > contact_limit_ms) return std::nullopt;
  const auto known = std::max(*rqlite.leader_commit_index, rqlite.commit_index.value_or(0));
  return known > own ? known - own : 0;
}

void applied_lag(const Look& look, Findings& out) {
  const auto database = reference_index(look.fleet, &model::Rqlite::fsm_index);
  const auto applied = reference_index(look.fleet, &model::Rqlite::applied_index);
  for (const auto& node : look.fleet.nodes) {
    const auto* rqlite = responsive_rqlite(node);
    if (rqlite == nullptr) continue;
    const bool by_database = database && rqlite->fsm_index;
    const auto& highest = by_database ? database : applied;
    const auto& own = by_database ? rqlite->fsm_index : rqlite->applied_index;
    if (!highest || !own || *highest <= *own) continue;
    auto lag = *highest - *own;
    // Reports of a busy cluster are taken seconds apart: what the node itself knows of one moment bounds the lag.
    if (const auto known = own_lag(*rqlite, *own, look.limits().leader_contact_ms)) lag = std::min(lag, *known);
    if (lag <= look.limits().log_lag) continue;
    out.push_back(
        {.message = fmt::format("{} entries behind (own {}, highest {})", lag, *own, *highest), .node = node.index});
  }
}

constexpr std::string_view kCompare = "Compare the members: fleetwatch monitor cluster --env {env}";

constexpr Rule kRules[] = {
    {.id = "rqlite.no_leader",
     .severity = Severity::critical,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .summary = "No node leads and none has heard a leader a moment ago, so nothing can be written",
     .hint = "Look for the members that do not answer: fleetwatch monitor cluster --env {env}, then on one of them: "
             "{on} 'curl -s --max-time 3 http://localhost:5001/status?pretty'",
     .evaluate = no_leader},
    {.id = "rqlite.split_brain",
     .severity = Severity::critical,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .summary = "Several nodes say that they lead; a warning when all but one are of an older term",
     .hint = kCompare,
     .evaluate = split_brain},
    {.id = "rqlite.leader_disagreement",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .summary = "Nodes name different leaders: an election just ended, or they cannot see each other",
     .hint = "Does it stay? fleetwatch monitor cluster --env {env}",
     .evaluate = leader_disagreement},
    {.id = "rqlite.quorum_lost",
     .severity = Severity::critical,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .summary = "Fewer voters are up than a decision needs, and no strong read works anywhere",
     .hint = "Bring back one of the missing voters; which they are: fleetwatch monitor cluster --env {env}",
     .evaluate = quorum_lost},
    {.id = "rqlite.quorum_fragile",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .summary = "Exactly as many voters are up as a decision needs: the next loss stops all writes",
     .hint = "Bring back one of the missing voters; which they are: fleetwatch monitor cluster --env {env}",
     .evaluate = quorum_fragile},
    {.id = "rqlite.term_inconsistent",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .summary = "Raft terms are more than one apart: some node has missed elections",
     .hint = kCompare,
     .evaluate = term_inconsistent},
    {.id = "rqlite.applied_lag",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .summary = "The node's database is behind the leader's",
     .hint = "See whether it catches up: {on} 'curl -s http://localhost:5001/status?pretty | grep _index'",
     .evaluate = applied_lag},
};

}  // namespace

std::span<const Rule> raft_rules() { return kRules; }

}  // namespace fleetwatch::alert
