#include "view/restarts.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "unit/view/sample.hpp"
#include "view/changes.hpp"

namespace fleetwatch::view {
namespace {

using model::Change;
using model::Value;
using Changes = std::vector<Change>;

constexpr std::int64_t kBefore = 1'772'352'928'000;  // 2026-03-01T08:15:28Z
constexpr std::int64_t kDaySec = 86'400;

// One node that has answered at this time.
model::Snapshot at(std::int64_t unix_ms, std::int64_t uptime_sec) {
  auto snapshot = test::healthy_snapshot(1);
  snapshot.collected_at_unix_ms = unix_ms;
  snapshot.nodes[0].arrived_unix_ms = unix_ms;
  snapshot.nodes[0].report->system->uptime_seconds = uptime_sec;
  for (auto& unit : snapshot.nodes[0].report->services->services) unit.active_since_sec = uptime_sec - 30;
  return snapshot;
}

Change text_change(const char* path, const char* before, const char* after) {
  return {test::lan_ip(1), path, Value(std::string(before)), Value(std::string(after))};
}

model::Service& unit(model::Snapshot& snapshot) { return snapshot.nodes[0].report->services->services[1]; }

TEST(Restarts, ARebootIsToldOnceThoughTheMachineHasRunLongerThanBefore) {
  const auto before = at(kBefore, 3600);
  const auto after = at(kBefore + kDaySec * 1000, 80'000);
  const auto boot = text_change("system.booted_at", "2026-03-01T07:15:28Z", "2026-03-01T10:02:08Z");
  EXPECT_EQ(node_changes(before, after), Changes{boot});
  const Change back = {boot.node, boot.path, boot.after, boot.before};
  EXPECT_EQ(node_changes(after, before), Changes{back}) << "the older snapshot second";
}

TEST(Restarts, AUnitThatRunsOnIsNone) {
  EXPECT_EQ(node_changes(at(kBefore, 3600), at(kBefore + kDaySec * 1000, 3600 + kDaySec)), Changes{});
  struct Case {
    const char* what;
    std::int64_t missing_sec;  // in the running time, a day later
    bool restarted;
  };
  const Case cases[] = {{"rounding", 1, false}, {"drift of a clock", 9, false}, {"more than both", 25, true}};
  for (const auto& one : cases) {
    const auto after = at(kBefore + kDaySec * 1000, 3600 + kDaySec - one.missing_sec);
    EXPECT_EQ(node_changes(at(kBefore, 3600), after).size(), one.restarted ? 1U : 0U) << one.what;
  }
}

TEST(Restarts, OfAUnitAlone) {
  auto before = at(kBefore, 2 * kDaySec);
  auto after = at(kBefore + kDaySec * 1000, 3 * kDaySec);
  unit(before).active_since_sec = 3600;
  unit(after).active_since_sec = 80'000;
  EXPECT_EQ(node_changes(before, after), (Changes{text_change("services.services[orama-gateway].started_at",
                                                              "2026-03-01T07:15:28Z", "2026-03-01T10:02:08Z")}));
}

TEST(Restarts, AnotherMainProcessIsOne) {
  auto before = at(kBefore, 3600);
  auto after = at(kBefore + 4000, 3604);
  unit(before).main_pid = 812;
  unit(after).main_pid = 990;
  const Change other = {test::lan_ip(1), "services.services[orama-gateway].main_pid", Value(std::int64_t{812}),
                        Value(std::int64_t{990})};
  EXPECT_EQ(node_changes(before, after), Changes{other});
  unit(after).main_pid = 0;
  EXPECT_EQ(node_changes(before, after), Changes{}) << "0 is no process";
}

TEST(Restarts, AUnitThatWentDownIsToldByItsState) {
  auto before = at(kBefore, 3600);
  auto after = at(kBefore + kDaySec * 1000, 3600 + kDaySec);
  unit(after).active_state = "failed";
  unit(after).active_since_sec = 60;
  EXPECT_EQ(node_changes(before, after),
            (Changes{text_change("services.services[orama-gateway].active_state", "active", "failed")}));
}

TEST(Restarts, WhatIsNotKnownIsNoRestart) {
  auto before = at(kBefore, 0);
  auto after = at(kBefore + kDaySec * 1000, 0);
  for (auto* snapshot : {&before, &after}) {
    for (auto& one : snapshot->nodes[0].report->services->services) one.active_since_sec = 0;
  }
  EXPECT_EQ(node_changes(before, after), Changes{});
}

TEST(Restarts, WithoutATimeOfArrivalTheWholeGatheringCounts) {
  auto before = at(kBefore, 3600);
  auto after = at(kBefore + 100'000, 3660);
  for (auto* snapshot : {&before, &after}) snapshot->nodes[0].arrived_unix_ms = 0;
  EXPECT_EQ(node_changes(before, after).size(), 1U) << "started 40 s later";
  before.duration_ms = 60'000;
  EXPECT_EQ(node_changes(before, after), Changes{}) << "or asked 40 s later";
}

TEST(Restarts, AbsurdTimesAreHarmless) {
  for (const std::int64_t time : {INT64_MIN, std::int64_t{0}, INT64_MAX}) {
    for (const std::int64_t running : {INT64_MIN, std::int64_t{1}, INT64_MAX}) {
      auto after = at(kBefore, 3600);
      auto& node = after.nodes[0];
      after.collected_at_unix_ms = node.arrived_unix_ms = node.round_trip_ms = after.duration_ms = time;
      node.report->collect_ms = node.report->system->uptime_seconds = running;
      for (auto& one : node.report->services->services) one.active_since_sec = running;
      EXPECT_LE(node_changes(at(kBefore, 3600), after).size(), 4U);
      EXPECT_LE(node_changes(after, at(kBefore, 3600)).size(), 4U);
    }
  }
}

}  // namespace
}  // namespace fleetwatch::view
