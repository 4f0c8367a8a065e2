#include "choria/provisioning_states.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rfc3339.hpp"
#include "choria/event_tally.hpp"

namespace fleetwatch::choria {
namespace {

using model::BrokerConnections;
using model::EventType;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kWaiting = "provision_mode_server";
constexpr std::int64_t kHourMs = std::int64_t{3600} * 1000;
constexpr std::int64_t kNow = 100 * kHourMs;

model::LifecycleEvent event(EventType type, const std::string& component = kWaiting, const std::string& name = "n1") {
  return {.type = type, .identity = name, .component = component};
}

std::string shown(const ProvisioningStates& states, const std::string& name = "n1") {
  const auto found = states.servers().find(name);
  if (found == states.servers().end()) return "unknown";
  return fmt::format("{} {}{}", found->second.state, found->second.since_unix_ms,
                     found->second.startup_seen ? " seen" : "");
}

struct Step {
  EventType type;
  const char* component;
  const char* then;
};

TEST(ProvisioningStates, FollowAServer) {
  const std::vector<std::vector<Step>> ways = {
      {{EventType::startup, kWaiting, "waiting 1 seen"},
       {EventType::alive, kWaiting, "waiting 1 seen"},
       {EventType::provisioned, kWaiting, "provisioned 3 seen"},
       {EventType::shutdown, kWaiting, "restarting 4 seen"},
       {EventType::startup, "server", "back 5 seen"},
       {EventType::shutdown, "server", "back 5 seen"},
       {EventType::startup, kWaiting, "waiting 7 seen"}},
      {{EventType::startup, kWaiting, "waiting 1 seen"},
       {EventType::shutdown, kWaiting, "gone 2 seen"},
       {EventType::shutdown, kWaiting, "gone 2 seen"},
       {EventType::alive, kWaiting, "waiting 4"}},
      {{EventType::provisioned, kWaiting, "provisioned 1"}, {EventType::startup, "server", "back 2"}},
      {{EventType::alive, kWaiting, "waiting 1"}, {EventType::upgraded, kWaiting, "waiting 1"}},
      // A crash is not heard of.
      {{EventType::startup, kWaiting, "waiting 1 seen"}, {EventType::startup, kWaiting, "waiting 2 seen"}},
      {{EventType::startup, "server", "unknown"}, {EventType::startup, "provisioner", "unknown"}},
  };
  for (const auto& way : ways) {
    ProvisioningStates states;
    std::int64_t now = 0;
    for (const auto& step : way) {
      states.add(event(step.type, step.component), ++now);
      EXPECT_EQ(shown(states), step.then) << "after event " << now;
    }
  }
}

TEST(ProvisioningStates, AreBounded) {
  ProvisioningStates states({2, 3});
  states.add(event(EventType::startup, kWaiting, "a"), 1);
  states.add(event(EventType::startup, kWaiting, "b"), 1);
  EXPECT_FALSE(states.incomplete());
  states.add(event(EventType::startup, kWaiting, "c"), 1);
  EXPECT_TRUE(states.incomplete());
  states.add(event(EventType::provisioned, kWaiting, "a"), 2);
  EXPECT_EQ(shown(states, "a"), "provisioned 2 seen");
  EXPECT_EQ(states.servers().size(), 2U);
  ProvisioningStates others({2, 3});
  others.add(event(EventType::startup, kWaiting, "long"), 1);
  EXPECT_TRUE(others.incomplete());
}

TEST(ProvisioningStates, WhatWasNotHeardOfForLongIsForgotten) {
  ProvisioningStates states({2, 256});
  states.add(event(EventType::startup, kWaiting, "old"), 1);
  states.add(event(EventType::startup, kWaiting, "kept"), 1);
  states.add(event(EventType::startup, kWaiting, "left out"), 2);
  states.add(event(EventType::alive, kWaiting, "kept"), 3);
  states.forget_before(2);
  EXPECT_EQ(shown(states, "old"), "unknown");
  EXPECT_EQ(shown(states, "kept"), "waiting 1 seen");
  EXPECT_TRUE(states.incomplete());
  states.forget_before(3);
  EXPECT_FALSE(states.incomplete());
  EXPECT_EQ(states.servers().size(), 1U);
}

class TellStates : public testing::Test {
 protected:
  ProvisioningStates states_;
  KnownEvents known_;
  BrokerConnections all_;

  void SetUp() override {
    known_.since_unix_ms = kNow - 24 * kHourMs;
    known_.lag = milliseconds(2'000);
    known_.now_unix_ms = kNow;
    all_.account = "provisioning";
    all_.all_brokers = true;
  }

  void connect(std::int64_t since, const std::string& name = "n1") {
    model::BrokerConnection one;
    one.name = name;
    one.connected_at = rfc3339(since);
    one.connected_ms = kNow - since;
    all_.waiting.push_back(one);
  }

  // "state startup", of the first one.
  std::string told() {
    tell_states(all_, states_, known_);
    const auto& one = all_.waiting.front();
    const auto* startup = !one.startup_seen ? "unknown" : *one.startup_seen ? "seen" : "not seen";
    return one.state.value_or("unknown") + ", " + startup;
  }

  std::vector<std::string> left() {
    std::vector<std::string> list;
    for (const auto& one : *all_.left) list.push_back(one.name + " " + one.state);
    return list;
  }
};

TEST_F(TellStates, AStartupThatWasSeen) {
  connect(kNow - kHourMs);
  states_.add(event(EventType::startup), kNow - kHourMs + 5);
  EXPECT_EQ(told(), "waiting, seen");
  EXPECT_THAT(*all_.startup_not_seen, IsEmpty());
  EXPECT_THAT(left(), IsEmpty());
  EXPECT_EQ(all_.events_since, rfc3339(kNow - 24 * kHourMs));
}

TEST_F(TellStates, AStartupThatWasNotSeenIsPointedOut) {
  connect(kNow - kHourMs);
  connect(kNow - kHourMs, "n2");
  states_.add(event(EventType::startup, kWaiting, "n2"), kNow - kHourMs);
  EXPECT_EQ(told(), "waiting, not seen");
  EXPECT_EQ(all_.waiting.front().state_since, all_.waiting.front().connected_at);
  EXPECT_THAT(*all_.startup_not_seen, ElementsAre("n1"));
}

TEST_F(TellStates, NobodyKnowsOfAStartupBeforeTheEvents) {
  connect(kNow - 25 * kHourMs);
  EXPECT_EQ(told(), "unknown, unknown");
  EXPECT_THAT(*all_.startup_not_seen, IsEmpty());
}

TEST_F(TellStates, NobodyKnowsWhereEventsMayBeMissing) {
  known_.since_unix_ms.reset();
  connect(kNow - kHourMs);
  EXPECT_EQ(told(), "unknown, unknown");
  EXPECT_EQ(all_.events_since, std::nullopt);
}

TEST_F(TellStates, AnEventMayStillBeOnItsWay) {
  connect(kNow - 1'000);
  EXPECT_EQ(told(), "unknown, unknown");
}

TEST_F(TellStates, ALaterConnectionIsNotGone) {
  connect(kNow - kHourMs);
  states_.add(event(EventType::startup), kNow - 3 * kHourMs);
  states_.add(event(EventType::shutdown), kNow - 2 * kHourMs);
  EXPECT_EQ(told(), "waiting, not seen");
}

TEST_F(TellStates, AServerThatEndsIsConnectedForAWhile) {
  connect(kNow - kHourMs);
  states_.add(event(EventType::startup), kNow - kHourMs);
  states_.add(event(EventType::provisioned), kNow - 2'000);
  EXPECT_EQ(told(), "provisioned, seen");
  states_.add(event(EventType::shutdown), kNow - 1'000);
  EXPECT_EQ(told(), "restarting, seen");
}

TEST_F(TellStates, AConnectionThatWasLostKeepsItsState) {
  states_.add(event(EventType::startup), kNow - 20 * kHourMs);
  connect(kNow - kHourMs);
  EXPECT_EQ(told(), "waiting, seen");
}

TEST_F(TellStates, ByOurOwnClockAgesAreCompared) {
  known_.own_clock = true;
  known_.since_unix_ms.reset();
  connect(kNow - kHourMs);
  all_.waiting.front().connected_at = rfc3339(kNow + 30 * kHourMs);  // the broker's clock is wrong
  states_.add(event(EventType::startup), kNow - kHourMs);
  states_.add(event(EventType::shutdown), kNow - 1'000);
  EXPECT_EQ(told(), "gone, seen");
  all_.waiting.front() = {};
  all_.waiting.front().name = "n1";
  all_.waiting.front().connected_ms = 500;
  EXPECT_EQ(told(), "unknown, unknown");
}

TEST_F(TellStates, WhoLeftIsListedNewestFirstAndThoseThatAreBackLast) {
  const auto at = [](std::int64_t minutes) { return kNow - minutes * 60'000; };
  states_.add(event(EventType::startup, kWaiting, "killed"), at(30));
  states_.add(event(EventType::startup, kWaiting, "silent"), kNow - kHostExpiryMs);
  states_.add(event(EventType::startup, kWaiting, "fresh"), kNow - 1'000);
  states_.add(event(EventType::provisioned, kWaiting, "returned"), at(6));
  states_.add(event(EventType::startup, "server", "returned"), at(5));
  states_.add(event(EventType::provisioned, kWaiting, "restarts"), at(20));
  states_.add(event(EventType::shutdown, kWaiting, "restarts"), at(19));
  tell_states(all_, states_, known_);
  EXPECT_THAT(left(), ElementsAre("restarts restarting", "killed waiting", "silent gone", "returned back"));
  // Whoever waits may do so at a broker that said nothing, or was not asked.
  all_.all_brokers = false;
  tell_states(all_, states_, known_);
  EXPECT_THAT(left(), ElementsAre("restarts restarting", "silent gone", "returned back"));
}

TEST_F(TellStates, NobodyLeftAnAccountInWhichNobodyWaits) {
  states_.add(event(EventType::shutdown), kNow - kHourMs);
  struct Asked {
    const char* account;
    bool unknown;
    bool shows;
  };
  for (const auto& asked : {Asked{"provisioning", false, true}, Asked{"", false, true}, Asked{"choria", false, false},
                            Asked{"choria", true, true}}) {
    all_ = {};
    all_.account = asked.account;
    all_.unknown_account = asked.unknown;
    tell_states(all_, states_, known_);
    EXPECT_EQ(all_.left.has_value(), asked.shows) << asked.account;
  }
}

TEST_F(TellStates, WhoWasLeftOutIsNotCalledUnseen) {
  states_ = ProvisioningStates({0, 256});
  states_.add(event(EventType::startup), kNow - kHourMs);
  connect(kNow - kHourMs);
  EXPECT_EQ(told(), "unknown, unknown");
}

}  // namespace
}  // namespace fleetwatch::choria
