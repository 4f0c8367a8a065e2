#include "view/restarts.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/rfc3339.hpp"

namespace fleetwatch::view {

namespace {

using model::Change;
using model::Service;
using model::Value;

constexpr std::int64_t kToleranceMs = 10'000;
constexpr std::int64_t kDriftDivisor = 10'000;           // clocks part by up to 100 millionths
constexpr std::int64_t kLongestWorkMs = 60'000;          // of one report
constexpr std::int64_t kLongestRunMs = 3'600'000;        // of one gathering
constexpr std::int64_t kLatestMs = 253'402'300'799'000;  // end of the year 9999
constexpr std::int64_t kLongestSec = kLatestMs / 1000;   // a file may say any time at all: nothing may overflow

// Watcher's clock. When exactly a node read its clock within its work is not known.
struct TimeRange {
  std::int64_t from_ms;
  std::int64_t to_ms;
};

TimeRange time_of(const Asked& asked) {
  const auto& node = asked.node;
  if (node.arrived_unix_ms > 0) {
    const auto arrived = std::min(node.arrived_unix_ms, kLatestMs);
    return {arrived - std::clamp<std::int64_t>(node.report->collect_ms.value_or(0), 0, kLongestWorkMs) -
                std::clamp<std::int64_t>(node.round_trip_ms, 0, kLongestWorkMs),
            arrived};
  }
  const auto begin = std::clamp<std::int64_t>(asked.snapshot.collected_at_unix_ms, 0, kLatestMs);
  return {begin, begin + std::clamp<std::int64_t>(asked.snapshot.duration_ms, 0, kLongestRunMs)};
}

// Nothing for 0, which is what some collectors write for what they do not know.
std::optional<TimeRange> start(const TimeRange& now, const std::optional<std::int64_t>& running_sec) {
  if (!running_sec || *running_sec <= 0) return std::nullopt;
  const auto ms = std::min(*running_sec, kLongestSec) * 1000;
  constexpr std::int64_t kCutOffMs = 1000;  // whole seconds are told
  return TimeRange{now.from_ms - ms - kCutOffMs, now.to_ms - ms};
}

class Starts {
 public:
  Starts(const Asked& before, const Asked& after) : before_(time_of(before)), after_(time_of(after)) {}

  // The change at `path`, if what has run for these times was started anew.
  std::optional<Change> change(const std::string& node, std::string path, const std::optional<std::int64_t>& old_sec,
                               const std::optional<std::int64_t>& new_sec) const {
    const auto old_start = start(before_, old_sec);
    const auto new_start = start(after_, new_sec);
    if (!old_start || !new_start) return std::nullopt;
    const bool swapped = after_.to_ms < before_.to_ms;
    const TimeRange& first = swapped ? *new_start : *old_start;
    const TimeRange& second = swapped ? *old_start : *new_start;
    const auto apart_ms = swapped ? before_.to_ms - after_.to_ms : after_.to_ms - before_.to_ms;
    if (second.from_ms - first.to_ms <= kToleranceMs + apart_ms / kDriftDivisor) return std::nullopt;
    return Change{node, std::move(path), Value(rfc3339(old_start->to_ms)), Value(rfc3339(new_start->to_ms))};
  }

 private:
  TimeRange before_;
  TimeRange after_;
};

std::optional<std::int64_t> uptime(const Asked& asked) {
  const auto& system = asked.node.report->system;
  return system ? system->uptime_seconds : std::nullopt;
}

bool has_other_pid(const Service& before, const Service& after) {
  return before.main_pid.value_or(0) > 0 && after.main_pid.value_or(0) > 0 && before.main_pid != after.main_pid;
}

}  // namespace

void add_restarts(const Asked& before, const Asked& after, std::vector<Change>& out) {
  const std::string& host = after.node.node.host;
  const Starts starts(before, after);
  if (auto reboot = starts.change(host, "system.booted_at", uptime(before), uptime(after))) {
    out.push_back(std::move(*reboot));
    return;
  }
  const auto& old_services = before.node.report->services;
  const auto& new_services = after.node.report->services;
  if (!old_services || !new_services) return;
  std::map<std::string_view, const Service*> known;
  for (const Service& service : old_services->services) known.emplace(service.name, &service);
  for (const Service& service : new_services->services) {
    const auto found = known.find(service.name);
    // Whether it came up or went down is a change of its own.
    if (found == known.end() || found->second->active_state != service.active_state) continue;
    const Service& old = *found->second;
    const std::string path = "services.services[" + service.name + "].";
    if (auto restart = starts.change(host, path + "started_at", old.active_since_sec, service.active_since_sec)) {
      out.push_back(std::move(*restart));
    } else if (has_other_pid(old, service)) {
      out.push_back({host, path + "main_pid", Value(*old.main_pid), Value(*service.main_pid)});
    }
  }
}

}  // namespace fleetwatch::view
