// What the raft members say about each other: leader, voters, who of them is up.
#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <utility>

#include "alert/context.hpp"

namespace fleetwatch::alert {

namespace {

constexpr std::string_view kLeader = "Leader";
constexpr std::string_view kFollower = "Follower";

bool hears_leader(const model::Rqlite& rqlite, double limit_ms) {
  if (rqlite.raft_state == kLeader) return true;
  if (rqlite.raft_state.value_or(std::string(kFollower)) != kFollower) return false;
  if (rqlite.leader_addr.value_or("").empty()) return false;
  if (!rqlite.last_contact) return true;  // it does not say, and silence is no proof
  const auto ago_ms = duration_ms(*rqlite.last_contact);
  return ago_ms && *ago_ms <= limit_ms;
}

// The member lists to believe: those of reached leaders; without one, of all who answer.
std::vector<const model::Rqlite*> member_lists(const Context& context, const Raft& raft) {
  std::vector<const model::Rqlite*> lists;
  const auto add = [&](const Node& node) {
    const auto* rqlite = responsive_rqlite(node);
    if (rqlite != nullptr && rqlite->nodes && !rqlite->nodes->empty()) lists.push_back(rqlite);
  };
  for (const auto leader : raft.leaders) add(context.nodes[leader]);
  if (!lists.empty()) return lists;
  for (const auto& node : context.nodes) add(node);
  return lists;
}

bool says_up(const std::vector<const model::Rqlite*>& lists, const std::string& id) {
  return std::any_of(lists.begin(), lists.end(), [&](const model::Rqlite* list) {
    const auto member = list->nodes->find(id);
    return member != list->nodes->end() && is_true(member->second.reachable);
  });
}

bool reports_up(const Context& context, const std::vector<NodeIndex>& nodes) {
  return nodes.size() == 1 && responsive_rqlite(context.nodes[nodes.front()]) != nullptr;
}

std::vector<Voter> listed_voters(const Context& context, const std::vector<const model::Rqlite*>& lists) {
  std::vector<Voter> voters;
  for (const auto& [id, member] : *lists.front()->nodes) {
    if (is_false(member.voter)) continue;
    auto nodes = context.owners_of(id);
    const bool up = says_up(lists, id) || reports_up(context, nodes);
    voters.push_back({id, std::move(nodes), up});
  }
  return voters;
}

// Without any member list every node that has rqlite, or was not reached, counts as a voter.
std::vector<Voter> assumed_voters(const Context& context) {
  std::vector<Voter> voters;
  for (const auto& node : context.nodes) {
    const auto* rqlite = section(node, &model::NodeReport::rqlite);
    if (node.reached() && (rqlite == nullptr || is_false(rqlite->voter))) continue;
    voters.push_back({node.host(), {node.index}, responsive_rqlite(node) != nullptr});
  }
  return voters;
}

std::vector<NodeIndex> suspects(const Context& context, const Raft& raft) {
  std::set<NodeIndex> found;
  for (const auto& voter : raft.voters) {
    for (const auto index : voter.nodes) {
      const auto& node = context.nodes[index];
      if (!voter.up || mesh_is_down(node) || (!raft.leader_heard && !node.reached())) found.insert(index);
    }
  }
  return {found.begin(), found.end()};
}

// One part of a Go duration, such as "1m" of "1m2.5s"; moves past it.
std::optional<double> take_part(std::string_view& text) {
  double value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (code != std::errc{} || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  constexpr std::array<std::pair<std::string_view, double>, 6> kUnits = {
      {{"ms", 1}, {"µs", 1e-3}, {"us", 1e-3}, {"ns", 1e-6}, {"s", 1e3}, {"m", 6e4}}};
  for (const auto& [unit, factor] : kUnits) {
    if (!text.starts_with(unit)) continue;
    text.remove_prefix(unit.size());
    return value * factor;
  }
  if (!text.starts_with('h')) return std::nullopt;
  text.remove_prefix(1);
  return value * 3.6e6;
}

}  // namespace

std::optional<double> duration_ms(std::string_view go_duration) {
  if (go_duration == "0") return 0;
  if (go_duration.empty()) return std::nullopt;
  double sum = 0;
  while (!go_duration.empty()) {
    const auto part = take_part(go_duration);
    if (!part) return std::nullopt;
    sum += *part;
  }
  return sum;
}

Raft make_raft(const Context& context) {
  Raft raft;
  for (const auto& node : context.nodes) {
    raft.known |= section(node, &model::NodeReport::rqlite) != nullptr;
    const auto* rqlite = responsive_rqlite(node);
    if (rqlite == nullptr) continue;
    raft.responsive = true;
    raft.strong_read |= is_true(rqlite->strong_read);
    raft.leader_heard |= hears_leader(*rqlite, context.limits.leader_contact_ms);
    if (rqlite->raft_state == kLeader) raft.leaders.push_back(node.index);
  }
  const auto lists = member_lists(context, raft);
  raft.voters = lists.empty() ? assumed_voters(context) : listed_voters(context, lists);
  raft.up = static_cast<std::size_t>(
      std::count_if(raft.voters.begin(), raft.voters.end(), [](const Voter& voter) { return voter.up; }));
  raft.suspects = suspects(context, raft);
  return raft;
}

}  // namespace fleetwatch::alert
