// rqlite, compared over all nodes: leader, quorum, terms, lag.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "alert/rqlite_checks.hpp"
#include "alert/rule.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;

// Where to ask about the whole cluster: a leader, else a node whose rqlite answers.
std::vector<NodeIndex> witness(const Context& fleet) {
  if (!fleet.raft.leaders.empty()) return {fleet.raft.leaders.front()};
  for (const auto& node : fleet.nodes) {
    if (responsive_rqlite(node) != nullptr) return {node.index};
  }
  return {};
}

void no_leader(const Look& look, Findings& out) {
  const auto& raft = look.fleet.raft;
  if (!raft.known || raft.leader_heard) return;
  out.push_back({.message = "cluster has no leader",
                 .about = raft.suspects,
                 .explained = Explained::by_any,
                 .ask = witness(look.fleet)});
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
        {.message = fmt::format("split brain: {} leaders ({})", rivals.size(), name_list(hosts(look.fleet, rivals))),
         .ask = rivals});
    return;
  }
  std::vector<NodeIndex> former;
  std::set_difference(leaders.begin(), leaders.end(), rivals.begin(), rivals.end(), std::back_inserter(former));
  auto message = fmt::format("{} still says it leads, in an older term than {}", name_list(hosts(look.fleet, former)),
                             name_list(hosts(look.fleet, rivals)));
  out.push_back({.message = std::move(message), .severity = Severity::warning, .about = former, .ask = former});
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
  finding.ask = witness(look.fleet);
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
  out.push_back({.message = voters_message(raft, ""), .about = voters_down(raft), .ask = witness(look.fleet)});
}

void quorum_fragile(const Look& look, Findings& out) {
  const auto& raft = look.fleet.raft;
  if (!counts_voters(raft) || raft.up != raft.quorum() || raft.up == raft.voters.size()) return;
  out.push_back(
      {.message = voters_message(raft, "no spare voter: "), .about = voters_down(raft), .ask = witness(look.fleet)});
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
  finding.ask = {lowest->first};
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
    Finding finding{.message = fmt::format("{} entries behind (own {}, highest {})", lag, *own, *highest),
                    .node = node.index};
    if (look.fleet.raft.leaders.size() > 1) finding.about.push_back(kCluster);
    out.push_back(std::move(finding));
  }
}

constexpr Rule kRules[] = {
    {.id = "rqlite.no_leader",
     .severity = Severity::critical,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .meaning = "No node leads the database and none has heard a leader a moment ago: nothing can be written, and no "
                "strong read works.",
     .fires = "no report has the raft state Leader, and no follower names a leader that it heard within the last "
              "{leader_contact_ms} ms",
     .unless = "no report has an rqlite section",
     .causes = {"Too few voters are up: rqlite.quorum_lost fires too.",
                "An election is under way: it is over about 2 s after a leader died.",
                "Voters are up but do not reach each other: their member lists and WireGuard handshakes show it."},
     .checks = {{{"all nodes side by side", "fleetwatch monitor cluster --env {env}", Where::here}, kStatus, kMembers}},
     .evaluate = no_leader},
    {.id = "rqlite.split_brain",
     .severity = Severity::critical,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .meaning = "Several nodes say that they lead. Critical when they share the highest term; a warning when all but "
                "one are of an older term.",
     .fires = "more than one report has the raft state Leader",
     .causes = {"An old leader was cut off and has not noticed: its term is lower, and it steps down within a second.",
                "The reports were taken around an election: it is gone in the next run.",
                "Two clusters live side by side: the members' lists differ."},
     .checks = {{{"whether it stays", "fleetwatch monitor cluster --env {env}", Where::here}, kStatus}},
     .evaluate = split_brain},
    {.id = "rqlite.leader_disagreement",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .meaning = "Nodes name different leaders: an election has just ended, or they cannot see each other.",
     .fires = "the reports name more than one leader address",
     .causes = {"An election ended between two reports: gone in the next run.",
                "A node is cut off and still names the old leader: its last_contact grows.",
                "A node belongs to another cluster: its member list has other members."},
     .checks = {{{"whether it stays", "fleetwatch monitor cluster --env {env}", Where::here}, kStatus}},
     .evaluate = leader_disagreement},
    {.id = "rqlite.quorum_lost",
     .severity = Severity::critical,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .meaning = "Fewer voters are up than a decision needs and no strong read works anywhere: the database takes no "
                "writes until one comes back.",
     .fires = "fewer voters are up than half of all, rounded down, plus one. A voter is up when its own report or a "
              "reached leader's member list says so",
     .unless = "a strong read succeeds somewhere; no rqlite answers; there are fewer than two voters",
     .causes = {"Nodes are down: ssh.collect_failed names them.",
                "rqlite is stopped on some nodes: their reports arrive and say that it does not answer.",
                "The mesh is split: all answer, but their member lists miss each other."},
     .checks = {{{"which voters are missing", "fleetwatch monitor cluster --env {env}", Where::here}, kMembers}},
     .evaluate = quorum_lost},
    {.id = "rqlite.quorum_fragile",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .meaning = "Exactly as many voters are up as a decision needs: the next loss stops all writes.",
     .fires = "exactly half of all voters, rounded down, plus one are up",
     .unless = "all voters are up; no rqlite answers; there are fewer than two voters",
     .causes = {"One node less than the cluster can spare is down: ssh.collect_failed or rqlite.unresponsive names it.",
                "A member was removed from the machines but not from the cluster: the member list still has it, the "
                "inventory does not."},
     .checks = {{{"which voters are missing", "fleetwatch monitor cluster --env {env}", Where::here}, kMembers}},
     .evaluate = quorum_fragile},
    {.id = "rqlite.term_inconsistent",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .meaning = "Raft terms are far apart: some node has missed elections.",
     .fires = "the highest and the lowest term are more than {term_delta} apart",
     .unless = "no rqlite answers with a term",
     .causes = {"A node is cut off from the leader: its term stands still and its last_contact grows.",
                "Elections follow each other quickly: the highest term grows from run to run."},
     .checks = {{{"all nodes side by side", "fleetwatch monitor cluster --env {env}", Where::here}, kStatus}},
     .evaluate = term_inconsistent},
    {.id = "rqlite.applied_lag",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .meaning = "The node's database is behind the leader's: reads of level none or weak give old data there.",
     .fires = "its database index is more than {log_lag} entries behind the leader's, or the highest one where there "
              "is not exactly one leader",
     .unless = "its rqlite does not answer; the node itself knows to be closer to its leader",
     .causes = {"It has just started or come back: the gap shrinks from run to run.",
                "A slow disk or a long statement: rqlite.fsm_backlog fires too, or the pressure of io is high.",
                "The way to the leader is bad: network.tcp_retrans_high or an old handshake."},
     .checks = {{{"whether it catches up",
                  "curl -s --max-time 3 \"http://localhost:5001/status?pretty\" | grep _index"},
                 kPressure}},
     .evaluate = applied_lag},
};

}  // namespace

std::span<const Rule> raft_rules() { return kRules; }

}  // namespace fleetwatch::alert
