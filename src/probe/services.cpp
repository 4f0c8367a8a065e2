#include <algorithm>

#include "base/limits.hpp"
#include "probe/probes.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::string_view kServiceSuffix = ".service";
constexpr std::int64_t kUsecPerSec = 1'000'000;
constexpr std::int64_t kMsPerSec = 1000;
constexpr std::int64_t kRestartsOfALoop = 3;
constexpr std::int64_t kSecondsOfALoop = 300;

std::string without_suffix(std::string_view name) {
  if (name.ends_with(kServiceSuffix)) name.remove_suffix(kServiceSuffix.size());
  return std::string(name);
}

template <class Number>
std::optional<std::int64_t> signed_or_nothing(std::optional<Number> number) {
  return number ? std::optional(static_cast<std::int64_t>(*number)) : std::nullopt;
}

// 0: never, or in the future.
std::int64_t seconds_since(std::uint64_t unix_usec, std::int64_t now_unix_ms) {
  if (unix_usec == 0) return 0;
  const auto entered = static_cast<std::int64_t>(unix_usec / kUsecPerSec);
  return std::max<std::int64_t>(0, now_unix_ms / kMsPerSec - entered);
}

model::Service entry_of(const outside::UnitDetails& unit, std::string_view name, std::int64_t now_unix_ms) {
  model::Service entry;
  entry.name = name;
  entry.load_state = unit.load_state;
  entry.active_state = unit.active_state;
  entry.sub_state = unit.sub_state;
  entry.enabled = unit.unit_file_state == "enabled";
  entry.n_restarts = signed_or_nothing(unit.n_restarts);
  entry.active_since_sec = seconds_since(unit.active_enter_unix_usec, now_unix_ms);
  if (unit.memory_current_bytes) entry.memory_current_mb = static_cast<std::int64_t>(*unit.memory_current_bytes >> 20U);
  entry.cpu_usage_nsec = signed_or_nothing(unit.cpu_usage_nsec);
  entry.main_pid = signed_or_nothing(unit.main_pid);
  if (entry.n_restarts) {
    const bool young = *entry.active_since_sec > 0 && *entry.active_since_sec < kSecondsOfALoop;
    entry.restart_loop_risk = *entry.n_restarts > kRestartsOfALoop && young;
  }
  return entry;
}

model::Service unknown_entry(std::string_view name) {
  model::Service entry;
  entry.name = name;
  entry.active_state = "unknown";
  entry.sub_state = "unknown";
  return entry;
}

bool is_discovered(const outside::UnitDetails& unit) {
  return unit.name.starts_with("orama-deploy-") || unit.name.starts_with("orama-namespace-");
}

void fill(model::Services& section, const UnitTable& units, std::int64_t now_unix_ms) {
  std::vector<const outside::UnitDetails*> shown;
  for (const auto& core : core_units()) {
    const auto* unit = units.find_core(core.name);
    section.services.push_back(unit == nullptr ? unknown_entry(core.name) : entry_of(*unit, core.name, now_unix_ms));
    shown.push_back(unit);
  }
  for (const auto& unit : units.details) {
    const bool is_shown = std::find(shown.begin(), shown.end(), &unit) != shown.end();
    if (is_shown || !is_discovered(unit) || unit.load_state == "not-found") continue;
    if (section.services.size() >= limits::kListItems) break;
    section.services.push_back(entry_of(unit, without_suffix(unit.name), now_unix_ms));
  }
  for (const auto& unit : units.loaded) {
    if (unit.active_state != "failed" || section.failed_units.size() >= limits::kListItems) continue;
    section.failed_units.push_back(unit.name);
  }
  std::sort(section.failed_units.begin(), section.failed_units.end());
}

}  // namespace

boost::asio::awaitable<void> probe_services(Context& context) {
  context.report.services = model::Services{};
  auto& section = *context.report.services;
  const auto* units = co_await context.shared.units();
  if (*units && (*units)->systemd_runs) {
    fill(section, **units, context.machine.clock.unix_ms());
    co_return;
  }
  context.note("", *units ? Error{ErrorKind::unavailable, "this machine does not run systemd"} : units->error());
  for (const auto& core : core_units()) section.services.push_back(unknown_entry(core.name));
}

}  // namespace fleetwatch::probe
