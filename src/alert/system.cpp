// Load, memory, disk, clock, versions.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "alert/rule.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;

// A node's clock against the watcher's, in ms; doubles, since a node may send any number.
struct ClockOffset {
  double offset_ms = 0;
  double uncertainty_ms = 0;
  NodeIndex node = 0;
};

std::optional<ClockOffset> clock_offset(const Node& node) {
  if (!node.reached() || node.result->arrived_unix_ms <= 0) return std::nullopt;
  const auto arrived_ms = static_cast<double>(node.result->arrived_unix_ms);
  if (is_above<std::int64_t>(node.report->time_unix_ms, 0)) {
    // Read last before writing, so only the way back lies between the two clocks.
    const auto offset_ms = static_cast<double>(*node.report->time_unix_ms) - arrived_ms;
    return ClockOffset{offset_ms, static_cast<double>(node.result->round_trip_ms) / 2, node.index};
  }
  const auto* system = section(node, &model::NodeReport::system);
  if (system == nullptr || !is_above<std::int64_t>(system->time_unix, 0)) return std::nullopt;
  // Read somewhere during the session: its middle is the best guess.
  const auto half_ms = static_cast<double>(node.result->duration_ms) / 2;
  const auto offset_ms = static_cast<double>(*system->time_unix) * 1000 - (arrived_ms - half_ms);
  return ClockOffset{offset_ms, half_ms, node.index};
}

void clock_skew(const Look& look, Findings& out) {
  std::vector<ClockOffset> offsets;
  for (const auto& node : look.fleet.nodes) {
    if (const auto offset = clock_offset(node)) offsets.push_back(*offset);
  }
  if (offsets.size() < 2) return;
  const auto highest = *std::max_element(offsets.begin(), offsets.end(), [](const auto& a, const auto& b) {
    return a.offset_ms - a.uncertainty_ms < b.offset_ms - b.uncertainty_ms;
  });
  const auto lowest = *std::min_element(offsets.begin(), offsets.end(), [](const auto& a, const auto& b) {
    return a.offset_ms + a.uncertainty_ms < b.offset_ms + b.uncertainty_ms;
  });
  const auto apart_ms = highest.offset_ms - lowest.offset_ms;
  if (apart_ms - highest.uncertainty_ms - lowest.uncertainty_ms <= look.limits().clock_skew_ms) return;
  out.push_back({.message = fmt::format("{:.0f} s between {} and {}", apart_ms / 1000,
                                        foreign(look.fleet.nodes[lowest.node].host()),
                                        foreign(look.fleet.nodes[highest.node].host())),
                 .ask = {lowest.node, highest.node}});
}

void version_mismatch(const Look& look, Findings& out) {
  // Collector name, then version, then hosts: two programs may well differ, two copies of one may not.
  std::map<std::string, std::map<std::string, std::vector<std::string>>> versions;
  for (const auto& node : look.fleet.nodes) {
    if (!node.reached() || !node.report->version) continue;
    const auto& version = *node.report->version;
    const std::string collector = node.report->collector ? node.report->collector->name : std::string{};
    versions[collector][version.empty() ? "unknown" : version].push_back(foreign(node.host()));
  }
  for (const auto& [collector, by_version] : versions) {
    if (by_version.size() < 2) continue;
    std::vector<std::string> parts;
    for (const auto& [version, hosts] : by_version) {
      parts.push_back(fmt::format("{} = {}", foreign(version, 40), name_list(hosts)));
    }
    std::string message = "versions differ: ";
    for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 4); ++i) {
      message += (i == 0 ? "" : "; ") + parts[i];
    }
    if (parts.size() > 4) message += fmt::format(" and {} more versions", parts.size() - 4);
    out.push_back({.message = std::move(message), .subject = collector});
  }
}

void memory_high(const Look& look, Findings& out) {
  const auto* system = look.section(&model::NodeReport::system);
  if (system == nullptr || !is_above(system->mem_use_pct, look.limits().memory_pct)) return;
  out.push_back({.message = fmt::format("memory at {} %", *system->mem_use_pct)});
}

void disk_high(const Look& look, Findings& out) {
  const auto* system = look.section(&model::NodeReport::system);
  if (system == nullptr || !is_above(system->disk_use_pct, look.limits().disk_pct)) return;
  out.push_back({.message = fmt::format("disk at {} %", *system->disk_use_pct)});
}

void oom_kills(const Look& look, Findings& out) {
  const auto* system = look.section(&model::NodeReport::system);
  if (system == nullptr || !is_above<std::int64_t>(system->oom_kills, 0)) return;
  out.push_back({.message = fmt::format("{} OOM kills", *system->oom_kills)});
}

void swap_high(const Look& look, Findings& out) {
  const auto* system = look.section(&model::NodeReport::system);
  if (system == nullptr || !is_above<std::int64_t>(system->swap_total_mb, 0) ||
      !is_above<std::int64_t>(system->swap_used_mb, 0)) {
    return;
  }
  const auto used_mb = static_cast<double>(*system->swap_used_mb);
  const auto percent = std::floor(used_mb * 100 / static_cast<double>(*system->swap_total_mb));
  if (percent > look.limits().swap_pct) out.push_back({.message = fmt::format("swap at {:.0f} %", percent)});
}

void load_high(const Look& look, Findings& out) {
  const auto* system = look.section(&model::NodeReport::system);
  if (system == nullptr || !system->load_avg_1 || !is_above<std::int64_t>(system->cpu_count, 0)) return;
  const auto per_cpu = *system->load_avg_1 / static_cast<double>(*system->cpu_count);
  if (per_cpu <= look.limits().load_per_cpu) return;
  out.push_back({.message = foreign(fmt::format("load {:.1f} ({:.1f} × CPUs)", *system->load_avg_1, per_cpu))});
}

void inodes_critical(const Look& look, Findings& out) {
  const auto* system = look.section(&model::NodeReport::system);
  if (system == nullptr || !is_above(system->inode_use_pct, look.limits().inodes_critical_pct)) return;
  out.push_back({.message = fmt::format("inodes nearly exhausted: {} %", *system->inode_use_pct)});
}

void inodes_high(const Look& look, Findings& out) {
  const auto* system = look.section(&model::NodeReport::system);
  if (system == nullptr || !is_above(system->inode_use_pct, look.limits().inodes_pct)) return;
  if (is_above(system->inode_use_pct, look.limits().inodes_critical_pct)) return;
  out.push_back({.message = fmt::format("inodes at {} %", *system->inode_use_pct)});
}

constexpr Rule kRules[] = {
    {.id = "system.clock_skew",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .meaning =
         "Two nodes' clocks are further apart than the way to them explains: leases, certificates and logs go wrong.",
     .fires = "two clocks differ by more than {clock_skew_ms} ms plus half the round trips",
     .unless = "fewer than two nodes tell their time",
     .causes = {"Time synchronisation is off or has no server: timedatectl says so.",
                "The machine was paused or moved: the gap is large and came at once."},
     .checks = {{{"each clock and its synchronisation", "timedatectl status"}}},
     .evaluate = clock_skew},
    {.id = "system.version_mismatch",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .meaning = "The same collector has different versions on different nodes.",
     .fires = "reports of the same collector name more than one version",
     .causes = {"An upgrade is under way: the number of old nodes falls.",
                "A node was left out: one node has an old version."},
     .checks = {{{"which node has which", "fleetwatch monitor report --env {env}", Where::here}}},
     .evaluate = version_mismatch},
    {.id = "system.memory_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Little memory is available without swapping.",
     .fires = "memory that is not available is above {memory_pct} %",
     .causes = {"One process has grown: it stands first in the list by memory.",
                "The machine is too small for all its services: no one stands out."},
     .checks = {{{"who uses it", "ps -eo pid,rss,comm --sort=-rss | head"}, {"what is left", "free -m"}}},
     .evaluate = memory_high},
    {.id = "system.disk_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The fuller of / and /opt/orama is nearly full; databases stop when it is.",
     .fires = "disk use is above {disk_pct} %",
     .causes = {"Logs: /var/log or the journal is large.",
                "Data: /opt/orama is large, most often the IPFS repository; ipfs.repo_high fires too.",
                "A deleted file that a process still holds: du finds less than df."},
     .checks = {{{"how full they are", "df -h / /opt/orama"},
                 {"what fills it", "sudo du -xh --max-depth=2 /opt/orama /var | sort -h | tail"}}},
     .evaluate = disk_high},
    {.id = "system.oom_kills",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The kernel has killed processes for lack of memory within the last 24 h, or since the start where the "
                "log cannot be read.",
     .fires = "the number of kills is above 0",
     .causes = {"One process grows without end: the killed one is always the same.",
                "A service's own limit is too small: the kernel's lines name its control group.",
                "The machine is too small: different processes are killed."},
     .checks = {{{"who was killed", "sudo journalctl -k --since=-24h -g \"out of memory\" --no-pager"},
                 {"who uses memory now", "ps -eo pid,rss,comm --sort=-rss | head"}}},
     .evaluate = oom_kills},
    {.id = "system.swap_high",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A good part of the swap space is in use; bad only while it moves.",
     .fires = "swap use is above {swap_pct} %",
     .unless = "there is no swap, or none is used",
     .causes = {"Idle memory was moved out long ago: si and so of vmstat are 0.",
                "Memory is short now: si and so are not 0, and system.memory_high is near."},
     .checks = {{{"whether it still moves", "vmstat 1 5"}}},
     .evaluate = swap_high},
    {.id = "system.load_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "More tasks want to run or wait for the disk than the processors can serve.",
     .fires = "the 1-minute load is above {load_per_cpu} for each processor",
     .unless = "the number of processors is not known",
     .causes = {"Work for the processors: the list by processor use has its owner.",
                "A slow disk: many tasks in state D, and the pressure of io is high.",
                "Memory is short: the pressure of memory is high."},
     .checks = {{{"who runs", "ps -eo pid,pcpu,stat,comm --sort=-pcpu | head"},
                 {"what they wait for", "head /proc/pressure/cpu /proc/pressure/io /proc/pressure/memory"}}},
     .evaluate = load_high},
    {.id = "system.inodes_critical",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Soon no more files can be created on /.",
     .fires = "more than {inodes_critical_pct} % of the inodes are used",
     .causes = {"A folder with very many small files: one line of du stands out.",
                "Left-over temporary files or sessions: they are under /tmp or /var."},
     .checks = {{{"how many are used", "df -i /"},
                 {"where they are", "sudo du -x --inodes --max-depth=3 / | sort -n | tail"}}},
     .evaluate = inodes_critical},
    {.id = "system.inodes_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Most inodes of / are in use.",
     .fires = "more than {inodes_pct} % of the inodes are used, and not more than {inodes_critical_pct} %",
     .causes = {"A folder with very many small files: one line of du stands out.",
                "Left-over temporary files or sessions: they are under /tmp or /var."},
     .checks = {{{"how many are used", "df -i /"},
                 {"where they are", "sudo du -x --inodes --max-depth=3 / | sort -n | tail"}}},
     .evaluate = inodes_high},
};

}  // namespace

std::span<const Rule> system_rules() { return kRules; }

}  // namespace fleetwatch::alert
