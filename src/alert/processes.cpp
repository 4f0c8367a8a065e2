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
     .meaning = "Dead processes that their parents have not collected. They cost only their number.",
     .fires = "the number of processes in state Z is above 0",
     .causes = {"The parent has a bug or hangs: all have the same parent.",
                "Caught in the moment: gone in the next run."},
     .checks = {{{"who they and their parents are", "ps -eo pid,ppid,stat,comm | grep -w Z"}}},
     .evaluate = zombies},
    {.id = "system.orphans",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Processes of the product run outside of every unit: nobody restarts or stops them.",
     .fires = "the number of such processes is above 0",
     .causes = {"Started by hand from a shell that is gone.", "Left over from a unit that does not stop its children."},
     .checks =
         {{{"processes and their units",
            "ps -eo pid,ppid,lstart,unit,comm --sort=start_time | grep -E \"orama|rqlite|olric|ipfs|caddy|coredns\""}}},
     .evaluate = orphans},
    {.id = "system.panics",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "orama-node has logged panics or fatal errors within the last hour.",
     .fires = "more than 0 lines of the unit's log have panic or fatal",
     .causes = {"A crash: the unit was restarted, and a stack follows the line.",
                "A failing dependency: the line names what it could not open or reach."},
     .checks = {{{"the lines", "sudo journalctl -u orama-node --since=-1h -g \"panic|fatal\" --no-pager"},
                 {"whether it was restarted", "systemctl status orama-node --no-pager"}}},
     .evaluate = panics},
};

}  // namespace

std::span<const Rule> process_rules() { return kRules; }

}  // namespace fleetwatch::alert
