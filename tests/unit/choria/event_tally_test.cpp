#include "choria/event_tally.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace fleetwatch::choria {
namespace {

using model::EventType;
using model::LifecycleEvent;

LifecycleEvent event(EventType type, const std::string& identity, const std::string& version = "1",
                     const std::string& component = "server") {
  return {.type = type, .identity = identity, .component = component, .version = version};
}

// "version hosts" of each.
std::string versions(const EventTally& tally, const std::string& component = "server") {
  std::string text;
  const auto found = tally.result().components.find(component);
  if (found == tally.result().components.end()) return "none";
  for (const auto& [version, count] : found->second.versions) text += fmt::format("{}:{} ", version, count);
  return text;
}

TEST(EventTally, CountsHostsByVersion) {
  EventTally tally;
  tally.add(event(EventType::startup, "n1"), 0);
  tally.add(event(EventType::alive, "n2"), 0);
  tally.add(event(EventType::alive, "n2"), 1);
  tally.add(event(EventType::startup, "n1", "2"), 1);
  EXPECT_EQ(versions(tally), "1:1 2:1 ");
  tally.add(event(EventType::alive, "n2", "2"), 2);
  EXPECT_EQ(versions(tally), "2:2 ");
  tally.add(event(EventType::shutdown, "n2"), 3);
  tally.add(event(EventType::shutdown, "unknown"), 3);
  EXPECT_EQ(versions(tally), "2:1 ");
  EXPECT_EQ(tally.result().components.at("server").good.total(), 7U);
  EXPECT_EQ(tally.result().components.at("server").types.at("alive").total(), 3U);
}

TEST(EventTally, OtherEventsChangeNoHost) {
  EventTally tally;
  tally.add(event(EventType::startup, "n1"), 0);
  tally.add(event(EventType::provisioned, "n1", ""), 0);
  tally.add(event(EventType::upgraded, "n1", "1"), 0);
  auto governor = event(EventType::governor, "n1");
  governor.governor = "PUPPET";
  governor.stage = "enter";
  tally.add(governor, 0);
  tally.add(governor, 0);
  EXPECT_EQ(versions(tally), "1:1 ");
  EXPECT_EQ(tally.result().components.at("server").governors.at({"PUPPET", "enter"}).total(), 2U);
}

TEST(EventTally, KeepsComponentsApart) {
  EventTally tally;
  tally.add(event(EventType::startup, "n1", "1", "provision_mode_server"), 0);
  tally.add(event(EventType::startup, "n1", "1", "server"), 0);
  tally.add(event(EventType::shutdown, "n1", "", "provision_mode_server"), 0);
  EXPECT_EQ(versions(tally), "1:1 ");
  EXPECT_EQ(versions(tally, "provision_mode_server"), "");
}

TEST(EventTally, ExpiresHostsAfterEightyMinutes) {
  EventTally tally;
  tally.add(event(EventType::alive, "n1"), 0);
  tally.add(event(EventType::alive, "n2"), 1);
  EXPECT_EQ(tally.expire(kHostExpiryMs - 1), 0U);
  EXPECT_EQ(tally.expire(kHostExpiryMs), 1U);
  EXPECT_EQ(versions(tally), "1:1 ");
  EXPECT_EQ(tally.result().components.at("server").expired.total(), 1U);
}

TEST(EventTally, CountsWhatIsNoEvent) {
  EventTally tally;
  tally.add_undecodable("choria.lifecycle.event.startup.server");
  EXPECT_EQ(tally.result().components.at("server").errors.total(), 1U);
}

TEST(EventTally, LongNamesAreLeftOut) {
  EventTally tally;
  const std::string fits(256, 'x');
  const std::string longer(257, 'x');
  tally.add(event(EventType::alive, fits, fits, fits), 0);
  EXPECT_EQ(tally.result().left_out.total(), 0U);
  tally.add(event(EventType::alive, longer), 0);
  tally.add(event(EventType::alive, "n1", longer), 0);
  tally.add(event(EventType::alive, "n1", "1", longer), 0);
  auto governor = event(EventType::governor, "n1");
  governor.governor = longer;
  tally.add(governor, 0);
  std::swap(governor.governor, governor.stage);
  tally.add(governor, 0);
  tally.add_undecodable("choria.lifecycle.event.startup." + longer);
  EXPECT_EQ(tally.result().left_out.total(), 6U);
  EXPECT_EQ(tally.result().components.size(), 1U);
  EXPECT_EQ(tally.result().components.count("server"), 0U);
}

TEST(EventTally, ItsMemoryIsBounded) {
  EventTally tally({.hosts = 2, .names = 2});
  for (int index = 0; index < 10; ++index) tally.add(event(EventType::alive, fmt::format("n{}", index)), 0);
  EXPECT_EQ(versions(tally), "1:2 ");
  EXPECT_EQ(tally.result().left_out.total(), 8U);
  for (int index = 0; index < 10; ++index) tally.add(event(EventType::alive, "n", "1", fmt::format("c{}", index)), 0);
  EXPECT_EQ(tally.result().components.size(), 2U);
  tally.add(event(EventType::shutdown, "n0"), 0);
  tally.add(event(EventType::alive, "n9"), 0);
  EXPECT_EQ(versions(tally), "1:2 ");
}

TEST(EventTally, VersionsAreBoundedApartFromOtherNames) {
  EventTally tally({.hosts = 100, .names = 2});
  for (int index = 0; index < 10; ++index) {
    tally.add(event(EventType::alive, fmt::format("n{}", index), fmt::format("v{}", index)), 0);
  }
  EXPECT_EQ(versions(tally), "other:8 v0:1 v1:1 ");
  EXPECT_EQ(tally.result().left_out.total(), 8U);
  EXPECT_EQ(tally.result().components.at("server").hosts.size(), 10U) << "who is there is known all the same";
  tally.add(event(EventType::alive, "n2", "v0", "another"), 0);
  EXPECT_EQ(versions(tally, "another"), "other:1 ") << "a version of another component is another series";
  tally.add(event(EventType::alive, "n0", "v2"), 0);
  EXPECT_EQ(versions(tally), "other:8 v1:1 v2:1 ") << "a version that nobody has any more makes room";
  tally.add(event(EventType::alive, "n0", "v9"), 0);
  tally.add(event(EventType::shutdown, "n1"), 0);
  tally.add(event(EventType::shutdown, "n2"), 0);
  EXPECT_EQ(versions(tally), "other:7 v9:1 ");
}

TEST(EventTally, WhatIsNoEventLeavesNamesToEvents) {
  EventTally tally({.hosts = 10, .names = 20});
  for (int index = 0; index < 50; ++index) tally.add_undecodable(fmt::format("choria.lifecycle.event.x.c{}", index));
  EXPECT_EQ(tally.result().components.size(), 2U);
  EXPECT_EQ(tally.result().left_out.total(), 48U);
  tally.add_undecodable("choria.lifecycle.event.x.c0");
  EXPECT_EQ(tally.result().components.at("c0").errors.total(), 2U);
  for (int index = 0; index < 18; ++index) tally.add(event(EventType::alive, "n", "1", fmt::format("e{}", index)), 0);
  EXPECT_EQ(tally.result().components.size(), 20U);
}

TEST(EventTally, CountsApartWhatItCountedAsLeader) {
  EventTally tally;
  tally.set_election("TALLY");
  EXPECT_FALSE(tally.result().active);
  tally.add(event(EventType::startup, "n1"), 0);
  tally.set_dropped(3);
  tally.set_active(true);
  tally.add(event(EventType::startup, "n1"), 0);
  tally.add(event(EventType::alive, "n1"), 0);
  tally.set_dropped(4);
  tally.set_dropped(4);
  const auto& server = tally.result().components.at("server");
  EXPECT_EQ(server.good.inactive, 1U);
  EXPECT_EQ(server.good.active, 2U);
  EXPECT_EQ(server.types.at("startup").active, 1U);
  EXPECT_EQ(tally.result().dropped.inactive, 3U);
  EXPECT_EQ(tally.result().dropped.active, 1U);
  EXPECT_EQ(versions(tally), "1:1 ");
}

TEST(EventTally, SubjectsThatAreNotUtf8StayDifferentOrBecomeOne) {
  EventTally tally;
  tally.add_undecodable("choria.lifecycle.event.startup.a\xff");
  tally.add_undecodable("choria.lifecycle.event.startup.a\xfe");
  ASSERT_EQ(tally.result().components.size(), 1U);
  EXPECT_EQ(tally.result().components.at("a\xEF\xBF\xBD").errors.total(), 2U);
}

TEST(EventTally, AddsUpTheTimeThatItTook) {
  EventTally tally;
  tally.add(event(EventType::alive, "n1"), 0);
  tally.add_processing_time("server", std::chrono::milliseconds(250));
  tally.add_processing_time("server", std::chrono::milliseconds(500));
  tally.add_processing_time("unknown", std::chrono::milliseconds(500));
  EXPECT_EQ(tally.result().components.size(), 1U);
  EXPECT_EQ(tally.result().components.at("server").processing.count.total(), 2U);
  EXPECT_DOUBLE_EQ(tally.result().components.at("server").processing.seconds.total(), 0.75);
}

model::MachineTransition transition(const std::string& machine, const std::string& from, const std::string& to) {
  return {.machine = machine, .version = "1", .transition = "t", .from = from, .to = to};
}

model::ExecWatcherState watcher(const std::string& name, const std::string& outcome, std::chrono::milliseconds time) {
  return {.machine = "m", .version = "1", .watcher = name, .outcome = outcome, .run_time = time};
}

TEST(EventTally, CountsTransitionsOfMachinesByVersion) {
  EventTally tally;
  tally.add(transition("m", "a", "b"));
  tally.add(transition("m", "a", "b"));
  tally.add(transition("m", "b", "a"));
  auto newer = transition("m", "a", "b");
  newer.version = "2";
  tally.add(newer);
  ASSERT_EQ(tally.result().machines.size(), 2U);
  const auto& first = tally.result().machines.at({"m", "1"});
  EXPECT_EQ(first.transitions.at({"t", "a", "b"}).total(), 2U);
  EXPECT_EQ(first.transitions.at({"t", "b", "a"}).total(), 1U);
  EXPECT_EQ(tally.result().machines.at({"m", "2"}).transitions.at({"t", "a", "b"}).total(), 1U);
}

TEST(EventTally, CountsRunsOfWatchedCommandsByOutcome) {
  using std::chrono::milliseconds;
  EventTally tally;
  tally.add(watcher("w", "success", milliseconds(250)));
  tally.add(watcher("w", "success", milliseconds(250)));
  tally.add(watcher("w", "error", milliseconds(1000)));
  for (const auto* other : {"skipped", "unknown", "", "Success"}) tally.add(watcher("w", other, milliseconds(9000)));
  tally.add(watcher("never ran", "skipped", milliseconds(0)));
  ASSERT_EQ(tally.result().machines.size(), 1U);
  const auto& watchers = tally.result().machines.at({"m", "1"}).watchers;
  ASSERT_EQ(watchers.size(), 1U);
  EXPECT_EQ(watchers.at("w").success.total(), 2U);
  EXPECT_EQ(watchers.at("w").failures.total(), 1U);
  EXPECT_EQ(watchers.at("w").run_time.count.total(), 3U);
  EXPECT_DOUBLE_EQ(watchers.at("w").run_time.seconds.total(), 1.5);
}

TEST(EventTally, NamesOfMachinesAreBoundedApartFromComponents) {
  EventTally tally({.hosts = 10, .names = 3});
  for (int index = 0; index < 10; ++index) tally.add(transition("m", "a", fmt::format("b{}", index)));
  EXPECT_EQ(tally.result().machines.at({"m", "1"}).transitions.size(), 2U) << "the machine is a name too";
  EXPECT_EQ(tally.result().left_out.total(), 8U);
  tally.add(transition("other", "a", "b"));
  tally.add(watcher("w", "success", std::chrono::milliseconds(1)));
  EXPECT_EQ(tally.result().machines.size(), 1U);
  EXPECT_EQ(tally.result().left_out.total(), 10U);
  tally.add(transition("m", "a", "b0"));
  EXPECT_EQ(tally.result().machines.at({"m", "1"}).transitions.at({"t", "a", "b0"}).total(), 2U) << "known ones go on";
  tally.add(event(EventType::alive, "n1"), 0);
  EXPECT_EQ(versions(tally), "1:1 ");
}

TEST(EventTally, LongNamesOfMachinesAreLeftOut) {
  EventTally tally;
  const std::string longer(257, 'x');
  tally.add(transition(longer, "a", "b"));
  tally.add(transition("m", longer, "b"));
  tally.add(transition("m", "a", longer));
  tally.add(watcher(longer, "success", std::chrono::milliseconds(1)));
  EXPECT_EQ(tally.result().left_out.total(), 4U);
  EXPECT_TRUE(tally.result().machines.empty());
}

}  // namespace
}  // namespace fleetwatch::choria
