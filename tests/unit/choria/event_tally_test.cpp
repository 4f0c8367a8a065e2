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

}  // namespace
}  // namespace fleetwatch::choria
