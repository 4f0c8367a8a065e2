// The in-memory data grid.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "alert/rule.hpp"
#include "alert/units.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Olric;
using model::Severity;

const Olric* active_olric(const Look& look) {
  const auto* olric = look.section(&model::NodeReport::olric);
  return olric != nullptr && is_true(olric->service_active) ? olric : nullptr;
}

// A node that was not reached is a member that may be missing, not one that does not exist.
bool counts_as_member(const Node& node) {
  if (!node.reached()) return true;
  const auto* olric = section(node, &model::NodeReport::olric);
  return olric != nullptr && is_true(olric->service_active);
}

// The members that this node's list lacks; without names, the lost nodes when they are enough to explain the number.
std::vector<NodeIndex> absent_members(const Context& fleet, const Olric& olric, std::size_t lacking) {
  std::vector<NodeIndex> absent;
  if (!olric.members || olric.members->empty()) {
    absent = fleet.lost();
    if (absent.size() < lacking) absent.clear();
    return absent;
  }
  std::set<NodeIndex> listed;
  for (const auto& member : *olric.members) {
    for (const auto owner : fleet.owners_of(member)) listed.insert(owner);
  }
  for (const auto& node : fleet.nodes) {
    if (counts_as_member(node) && !listed.contains(node.index)) absent.push_back(node.index);
  }
  return absent;
}

void member_count(const Look& look, Findings& out) {
  const auto& fleet = look.fleet;
  const auto expected =
      static_cast<std::size_t>(std::count_if(fleet.nodes.begin(), fleet.nodes.end(), counts_as_member));
  if (expected < 2) return;
  for (const auto& node : fleet.nodes) {
    const auto* olric = section(node, &model::NodeReport::olric);
    if (olric == nullptr || !is_true(olric->service_active) || !is_above<std::int64_t>(olric->member_count, 0))
      continue;
    const auto count = static_cast<std::size_t>(*olric->member_count);
    if (count >= expected) continue;
    auto absent = absent_members(fleet, *olric, expected - count);
    const auto explained = olric->members ? Explained::by_all : Explained::by_any;
    out.push_back({.message = fmt::format("{} members, {} expected", count, expected),
                   .node = node.index,
                   .about = std::move(absent),
                   .explained = explained});
  }
}

void service_down(const Look& look, Findings& out) {
  const auto* olric = look.section(&model::NodeReport::olric);
  if (olric != nullptr && is_false(olric->service_active)) out.push_back({.message = "service down"});
}

void memberlist_down(const Look& look, Findings& out) {
  const auto* olric = active_olric(look);
  if (olric != nullptr && is_false(olric->memberlist_up)) out.push_back({.message = "memberlist port down"});
}

void suspects(const Look& look, Findings& out) {
  const auto* olric = active_olric(look);
  if (olric == nullptr || !is_above<std::int64_t>(olric->log_suspects_1h, 0)) return;
  Finding finding{.message = fmt::format("{} suspects in 1 h", *olric->log_suspects_1h)};
  // The lines name the suspected member, the report only counts them: any known loss explains them.
  for (const auto& node : look.fleet.nodes) {
    if (node.index != look.node->index) finding.about.push_back(node.index);
  }
  finding.explained = Explained::by_any;
  out.push_back(std::move(finding));
}

void flapping(const Look& look, Findings& out) {
  const auto* olric = active_olric(look);
  if (olric == nullptr || !is_above(olric->log_flapping_1h, look.limits().olric_leaves_1h)) return;
  out.push_back({.message = fmt::format("{} leave events in 1 h", *olric->log_flapping_1h)});
}

void log_errors(const Look& look, Findings& out) {
  const auto* olric = active_olric(look);
  if (olric == nullptr || !is_above(olric->log_errors_1h, look.limits().olric_log_errors_1h)) return;
  out.push_back({.message = fmt::format("{} errors in 1 h", *olric->log_errors_1h)});
}

void restarts(const Look& look, Findings& out) {
  const auto* olric = active_olric(look);
  if (olric == nullptr || !is_above(olric->restart_count, look.limits().olric_restarts)) return;
  out.push_back({.message = fmt::format("{} restarts", *olric->restart_count)});
}

void memory_high(const Look& look, Findings& out) {
  const auto* olric = active_olric(look);
  if (olric == nullptr || !is_above(olric->process_mem_mb, look.limits().olric_memory_mb)) return;
  out.push_back({.message = fmt::format("{} MB", *olric->process_mem_mb)});
}

constexpr std::string_view kLog = "{on} 'sudo journalctl -u orama-olric --since=-1h -n 50 --no-pager'";
constexpr std::string_view kMembers =
    "{on} 'sudo journalctl -u orama-olric --since=-1h -g \"suspect|marking|node left\" --no-pager'";

constexpr Rule kRules[] = {
    {.id = "olric.member_count",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .summary = "The data grid on this node knows fewer members than there are nodes that run it",
     .hint = kMembers,
     .evaluate = member_count},
    {.id = "olric.service_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The data grid does not run on this node",
     .hint = "{on} 'systemctl status {unit} --no-pager' and: {on} 'sudo journalctl -u {unit} -n 50 --no-pager'",
     .evaluate = service_down,
     .unit = kOlricUnit},
    {.id = "olric.memberlist_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The data grid runs, but its members cannot reach it on port 3322",
     .hint = "{on} 'sudo ss -ltnp sport = :3322' and: {on} 'sudo journalctl -u orama-olric -n 50 --no-pager'",
     .evaluate = memberlist_down,
     .unit = kOlricUnit},
    {.id = "olric.suspects",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The data grid on this node lost contact with a member within the last hour",
     .hint = kMembers,
     .evaluate = suspects},
    {.id = "olric.flapping",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Members leave the data grid again and again",
     .hint = kMembers,
     .evaluate = flapping},
    {.id = "olric.log_errors",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The data grid has logged many errors within the last hour",
     .hint = kLog,
     .evaluate = log_errors},
    {.id = "olric.restarts",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "systemd has restarted the data grid several times",
     .hint = kLog,
     .evaluate = restarts},
    {.id = "olric.memory_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The data grid uses unusually much memory",
     .hint = "{on} 'systemctl status orama-olric --no-pager'",
     .evaluate = memory_high},
};

}  // namespace

std::span<const Rule> olric_rules() { return kRules; }

}  // namespace fleetwatch::alert
