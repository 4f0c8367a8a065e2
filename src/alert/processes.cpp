// Zombies, orphans, panics.
#include <fmt/format.h>

#include "alert/rule.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;

void zombies(const Look& look, Findings& out) {
  const auto* processes = look.section(&model::NodeReport::processes);
  if (processes == nullptr || !is_above<std::int64_t>(processes->zombie_count, 0)) return;
  out.push_back({.message = fmt::format("{} zombies", *processes->zombie_count)});
}

void orphans(const Look& look, Findings& out) {
  const auto* processes = look.section(&model::NodeReport::processes);
  if (processes == nullptr || !is_above<std::int64_t>(processes->orphan_count, 0)) return;
  out.push_back({.message = fmt::format("{} orphaned orama processes", *processes->orphan_count)});
}

void panics(const Look& look, Findings& out) {
  const auto* processes = look.section(&model::NodeReport::processes);
  if (processes == nullptr || !is_above<std::int64_t>(processes->panic_count, 0)) return;
  out.push_back({.message = fmt::format("orama-node log: {} panic/fatal lines in 1 h", *processes->panic_count)});
}

constexpr Rule kRules[] = {
    {.id = "system.zombies",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Dead processes that their parents have not collected",
     .hint = "Who are the parents: {on} 'ps -eo pid,ppid,stat,comm | grep \" Z\"'",
     .evaluate = zombies},
    {.id = "system.orphans",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Processes of the product run outside of every unit: nobody restarts or stops them",
     .hint = "{on} 'ps -eo pid,ppid,lstart,unit,args --sort=start_time | grep -v \"\\.service\"'",
     .evaluate = orphans},
    {.id = "system.panics",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "orama-node has logged panics or fatal errors",
     .hint = "{on} 'sudo journalctl -u orama-node --since=-1h -g \"panic|fatal\" --no-pager'",
     .evaluate = panics},
};

}  // namespace

std::span<const Rule> process_rules() { return kRules; }

}  // namespace fleetwatch::alert
