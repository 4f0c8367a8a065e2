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
                                        foreign(look.fleet.nodes[highest.node].host()))});
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
     .summary = "Two nodes' clocks are further apart than the way to them explains",
     .hint = "Ask both nodes: {on} 'timedatectl status; date --utc'",
     .evaluate = clock_skew},
    {.id = "system.version_mismatch",
     .severity = Severity::warning,
     .scope = Scope::cluster,
     .asks = Asks::fleet,
     .summary = "The same collector has different versions on different nodes",
     .hint = "Which node has which: fleetwatch monitor report --env {env}",
     .evaluate = version_mismatch},
    {.id = "system.memory_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Little memory is available without swapping",
     .hint = "Who uses it: {on} 'ps -eo pid,rss,comm --sort=-rss | head'",
     .evaluate = memory_high},
    {.id = "system.disk_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The fuller of / and /opt/orama is nearly full",
     .hint = "What fills it: {on} 'df -h / /opt/orama' and: {on} 'sudo du -xh --max-depth=2 /opt/orama | sort -h | "
             "tail'",
     .evaluate = disk_high},
    {.id = "system.oom_kills",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The kernel has killed processes for lack of memory",
     .hint = "Who was killed: {on} 'sudo journalctl -k --since=-24h -g \"out of memory\" --no-pager'",
     .evaluate = oom_kills},
    {.id = "system.swap_high",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "A good part of the swap space is in use",
     .hint = "Is it still moving? {on} 'vmstat 1 5'",
     .evaluate = swap_high},
    {.id = "system.load_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "More tasks want to run or wait for the disk than the processors can serve",
     .hint = "{on} 'ps -eo pid,pcpu,stat,comm --sort=-pcpu | head' and: {on} 'cat /proc/pressure/*'",
     .evaluate = load_high},
    {.id = "system.inodes_critical",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Soon no more files can be created on /",
     .hint = "Where they are: {on} 'sudo du -x --inodes --max-depth=3 / | sort -n | tail'",
     .evaluate = inodes_critical},
    {.id = "system.inodes_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Most inodes of / are in use",
     .hint = "Where they are: {on} 'sudo du -x --inodes --max-depth=3 / | sort -n | tail'",
     .evaluate = inodes_high},
};

}  // namespace

std::span<const Rule> system_rules() { return kRules; }

}  // namespace fleetwatch::alert
