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
  EXPECT_EQ(tally.result().components.at("server").good, 7U);
  EXPECT_EQ(tally.result().components.at("server").types.at("alive"), 3U);
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
  EXPECT_EQ(tally.result().components.at("server").governors.at({"PUPPET", "enter"}), 2U);
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
  EXPECT_EQ(tally.result().components.at("server").expired, 1U);
}

TEST(EventTally, CountsWhatIsNoEvent) {
  EventTally tally;
  tally.add_undecodable("choria.lifecycle.event.startup.server");
  EXPECT_EQ(tally.result().components.at("server").errors, 1U);
}

TEST(EventTally, LongNamesAreLeftOut) {
  EventTally tally;
  const std::string fits(256, 'x');
  const std::string longer(257, 'x');
  tally.add(event(EventType::alive, fits, fits, fits), 0);
  EXPECT_EQ(tally.result().left_out, 0U);
  tally.add(event(EventType::alive, longer), 0);
  tally.add(event(EventType::alive, "n1", longer), 0);
  tally.add(event(EventType::alive, "n1", "1", longer), 0);
  auto governor = event(EventType::governor, "n1");
  governor.governor = longer;
  tally.add(governor, 0);
  std::swap(governor.governor, governor.stage);
  tally.add(governor, 0);
  tally.add_undecodable("choria.lifecycle.event.startup." + longer);
  EXPECT_EQ(tally.result().left_out, 6U);
  EXPECT_EQ(tally.result().components.size(), 1U);
  EXPECT_EQ(tally.result().components.count("server"), 0U);
}

TEST(EventTally, ItsMemoryIsBounded) {
  EventTally tally({.hosts = 2, .names = 2});
  for (int index = 0; index < 10; ++index) tally.add(event(EventType::alive, fmt::format("n{}", index)), 0);
  EXPECT_EQ(versions(tally), "1:2 ");
  EXPECT_EQ(tally.result().left_out, 8U);
  for (int index = 0; index < 10; ++index) tally.add(event(EventType::alive, "n", "1", fmt::format("c{}", index)), 0);
  EXPECT_EQ(tally.result().components.size(), 2U);
  tally.add(event(EventType::shutdown, "n0"), 0);
  tally.add(event(EventType::alive, "n9"), 0);
  EXPECT_EQ(versions(tally), "1:2 ");
}

TEST(EventTally, SubjectsThatAreNotUtf8StayDifferentOrBecomeOne) {
  EventTally tally;
  tally.add_undecodable("choria.lifecycle.event.startup.a\xff");
  tally.add_undecodable("choria.lifecycle.event.startup.a\xfe");
  ASSERT_EQ(tally.result().components.size(), 1U);
  EXPECT_EQ(tally.result().components.at("a\xEF\xBF\xBD").errors, 2U);
}

TEST(EventTally, AddsUpTheTimeThatItTook) {
  EventTally tally;
  tally.add(event(EventType::alive, "n1"), 0);
  tally.add_processing_time("server", std::chrono::milliseconds(250));
  tally.add_processing_time("server", std::chrono::milliseconds(500));
  tally.add_processing_time("unknown", std::chrono::milliseconds(500));
  EXPECT_EQ(tally.result().components.size(), 1U);
  EXPECT_EQ(tally.result().components.at("server").processing.count, 2U);
  EXPECT_DOUBLE_EQ(tally.result().components.at("server").processing.seconds, 0.75);
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
  EXPECT_EQ(first.transitions.at({"t", "a", "b"}), 2U);
  EXPECT_EQ(first.transitions.at({"t", "b", "a"}), 1U);
  EXPECT_EQ(tally.result().machines.at({"m", "2"}).transitions.at({"t", "a", "b"}), 1U);
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
  EXPECT_EQ(watchers.at("w").success, 2U);
  EXPECT_EQ(watchers.at("w").failures, 1U);
  EXPECT_EQ(watchers.at("w").run_time.count, 3U);
  EXPECT_DOUBLE_EQ(watchers.at("w").run_time.seconds, 1.5);
}

TEST(EventTally, NamesOfMachinesAreBoundedApartFromComponents) {
  EventTally tally({.hosts = 10, .names = 3});
  for (int index = 0; index < 10; ++index) tally.add(transition("m", "a", fmt::format("b{}", index)));
  EXPECT_EQ(tally.result().machines.at({"m", "1"}).transitions.size(), 2U) << "the machine is a name too";
  EXPECT_EQ(tally.result().left_out, 8U);
  tally.add(transition("other", "a", "b"));
  tally.add(watcher("w", "success", std::chrono::milliseconds(1)));
  EXPECT_EQ(tally.result().machines.size(), 1U);
  EXPECT_EQ(tally.result().left_out, 10U);
  tally.add(transition("m", "a", "b0"));
  EXPECT_EQ(tally.result().machines.at({"m", "1"}).transitions.at({"t", "a", "b0"}), 2U) << "known ones go on";
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
  EXPECT_EQ(tally.result().left_out, 4U);
  EXPECT_TRUE(tally.result().machines.empty());
}

}  // namespace
}  // namespace fleetwatch::choria
