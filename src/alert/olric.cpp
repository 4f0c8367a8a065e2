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

// The lines name the member, the report only counts them: any known loss explains them.
Finding about_the_others(const Look& look, std::string message) {
  Finding finding{.message = std::move(message), .explained = Explained::by_any};
  for (const auto& node : look.fleet.nodes) {
    if (node.index != look.node->index) finding.about.push_back(node.index);
  }
  return finding;
}

void suspects(const Look& look, Findings& out) {
  const auto* olric = active_olric(look);
  if (olric == nullptr || !is_above<std::int64_t>(olric->log_suspects_1h, 0)) return;
  out.push_back(about_the_others(look, fmt::format("{} suspects in 1 h", *olric->log_suspects_1h)));
}

void flapping(const Look& look, Findings& out) {
  const auto* olric = active_olric(look);
  if (olric == nullptr || !is_above(olric->log_flapping_1h, look.limits().olric_leaves_1h)) return;
  out.push_back(about_the_others(look, fmt::format("{} leave events in 1 h", *olric->log_flapping_1h)));
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

constexpr Rule kRules[] = {
    {.id = "olric.member_count",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .meaning = "The data grid on this node knows fewer members than there are nodes that run it.",
     .fires = "its member count is below the number of nodes whose service is active",
     .unless =
         "fewer than two nodes run it; the service is not active here; the member count is 0 or could not be read",
     .causes = {"A node is down or has lost its mesh: this alert stands beneath it.",
                "The grid is split: each part counts its own members only.",
                "A member started alone: its peer list is wrong or empty."},
     .checks = {{{"which member and when",
                  "sudo journalctl -u orama-olric --since=-1h -g \"suspect|marking|node left\" --no-pager"},
                 {"the mesh", "sudo wg show wg0 latest-handshakes"}}},
     .evaluate = member_count},
    {.id = "olric.service_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The data grid does not run on this node.",
     .fires = "the unit is not active",
     .causes = {"It was stopped or has failed: its unit says so.",
                "Its peer list names itself: it ends with \"cannot be peer with itself\"."},
     .checks = kUnitChecks,
     .evaluate = service_down,
     .unit = kOlricUnit},
    {.id = "olric.memberlist_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The data grid runs, but its members cannot reach it on port 3322.",
     .fires = "nothing listens on TCP port 3322",
     .unless = "the service is not active",
     .causes = {"It is starting: the unit is active for seconds only.",
                "The mesh address was not there when it started: its lines speak of binding.",
                "Another port is configured: it listens elsewhere."},
     .checks = {{{"who listens", "sudo ss -ltnp \"sport = :3322\""},
                 {"its last lines", "sudo journalctl -u orama-olric -n 50 --no-pager"}}},
     .evaluate = memberlist_down,
     .unit = kOlricUnit},
    {.id = "olric.suspects",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The data grid on this node lost contact with a member within the last hour. One lost member gives 3 "
                "to 4 lines.",
     .fires = "the log has more than 0 such lines of the last hour",
     .unless = "the service is not active",
     .causes = {"A node went down or was restarted: the lines name one member, at one time.",
                "A bad network: the lines name several, again and again."},
     .checks = {{{"which member and when",
                  "sudo journalctl -u orama-olric --since=-1h -g \"suspect|marking|node left\" --no-pager"}}},
     .evaluate = suspects},
    {.id = "olric.flapping",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Members leave the data grid again and again.",
     .fires = "more than {olric_leaves_1h} members left within the last hour",
     .unless = "the service is not active",
     .causes = {"One node restarts its service in a loop: the lines name one member.",
                "A bad network: the lines name several members."},
     .checks = {{{"which member and when",
                  "sudo journalctl -u orama-olric --since=-1h -g \"suspect|marking|node left\" --no-pager"}}},
     .evaluate = flapping},
    {.id = "olric.log_errors",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The data grid has logged many errors within the last hour.",
     .fires = "more than {olric_log_errors_1h} error lines",
     .unless = "the service is not active",
     .causes = {"A member is stopped but not gone: the lines speak of a failed TCP ping.",
                "A client sends wrong commands: the lines name them."},
     .checks = {{{"its lines of the last hour", "sudo journalctl -u orama-olric --since=-1h -n 50 --no-pager"}}},
     .evaluate = log_errors},
    {.id = "olric.restarts",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "systemd has restarted the data grid several times since it was last started by hand.",
     .fires = "more than {olric_restarts} restarts",
     .unless = "the service is not active",
     .causes = {"It crashes: the lines before each start say why.",
                "It is killed for its memory use: system.oom_kills fires too."},
     .checks = {{{"the unit's state", "systemctl status orama-olric --no-pager"},
                 {"its lines of the last hour", "sudo journalctl -u orama-olric --since=-1h -n 50 --no-pager"}}},
     .evaluate = restarts,
     .unit = kOlricUnit},
    {.id = "olric.memory_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The data grid uses unusually much memory; an empty one needs about 20 MB.",
     .fires = "the process uses more than {olric_memory_mb} MB",
     .unless = "the service is not active",
     .causes = {"Much data is cached: the use follows the data.",
                "A leak: it grows from day to day with the same data."},
     .checks = {{{"memory of the unit", "systemctl status orama-olric --no-pager"},
                 {"memory of the machine", "free -m"}}},
     .evaluate = memory_high},
};

}  // namespace

std::span<const Rule> olric_rules() { return kRules; }

}  // namespace fleetwatch::alert
