#include "service/watch_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "support/recorded_events.hpp"
#include "support/watched_events.hpp"

namespace fleetwatch::service {
namespace {

using outside::BusMessage;
using outside::BusNotice;
using test::answer;
using test::HastyClock;
using test::JumpingClock;
using test::kRefused;
using test::startup;
using test::WatchEvents;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(WatchEvents, ShowsWhatArrivesUntilItIsRefused) {
  live({startup("n1"), startup("n2")});
  live({startup("n3")});
  const auto ended = run();
  ASSERT_FALSE(ended.ok());
  EXPECT_THAT(ended.error().what, HasSubstr(kRefused));
  EXPECT_EQ(watcher_.url, bus_.url);
  EXPECT_THAT(bus_.subscribed, ElementsAre("choria.lifecycle.event.>"));
  EXPECT_THAT(watcher_.shown, ElementsAre("n1", "n2", "n3"));
  EXPECT_EQ(counts_.shown, 3U);
}

TEST_F(WatchEvents, FiltersByWhatTheEventSaysAndCountsTheRest) {
  options_.filter.component = "server";
  options_.filter.type = model::EventType::startup;
  auto other_subject = startup("n3");
  other_subject.subject = "choria.lifecycle.event.alive.other";
  live({startup("n1"), startup("n2", "provision_mode_server"), std::move(other_subject)});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1", "n3"));
  EXPECT_EQ(counts_.filtered, 1U);
}

TEST_F(WatchEvents, WhatIsNoEventIsFilteredByItsSubject) {
  options_.filter.component = "server";
  auto ours = answer("noise");
  ours.subject = "choria.lifecycle.event.alive.server";
  auto other = answer("noise of others");
  other.subject = "choria.lifecycle.event.alive.other";
  live({std::move(ours), std::move(other)});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.undecodable, ElementsAre("noise"));
  EXPECT_EQ(counts_.undecodable, 1U);
  EXPECT_EQ(counts_.filtered, 1U);
}

TEST_F(WatchEvents, FiltersByNode) {
  options_.filter.identity = "n2";
  live({startup("n1"), startup("n2")});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n2"));
}

TEST_F(WatchEvents, SurvivesEveryMalformedEventThatWasRecorded) {
  const auto recorded = test::recorded_events("malformed.jsonl");
  std::vector<BusMessage> messages;
  for (const auto& one : recorded) {
    if (one.payload.empty()) continue;
    messages.push_back(answer(one.payload));
  }
  const auto all = messages.size();
  live(std::move(messages));
  static_cast<void>(run());
  EXPECT_GT(counts_.undecodable, 20U);
  EXPECT_EQ(counts_.undecodable, watcher_.undecodable.size());
  EXPECT_EQ(counts_.undecodable + counts_.shown, all);
}

TEST_F(WatchEvents, CountsReconnectsAndDrops) {
  bus_.batches.push_back({{}, {{BusNotice::Kind::disconnected, ""}, {BusNotice::Kind::reconnected, bus_.url}}, 0});
  bus_.batches.push_back({{startup("n1")}, {{BusNotice::Kind::slow, ""}}, 7});
  static_cast<void>(run());
  EXPECT_EQ(counts_.reconnects, 1U);
  EXPECT_EQ(counts_.dropped, 7U);
  EXPECT_THAT(watcher_.notices,
              ElementsAre(BusNotice::Kind::disconnected, BusNotice::Kind::reconnected, BusNotice::Kind::slow));
}

TEST_F(WatchEvents, EndsWhenTheSubscriptionIsNotPermitted) {
  const std::string what = "Permissions Violation for Subscription to \"choria.lifecycle.event.>\"";
  bus_.batches.push_back({{}, {{BusNotice::Kind::refused, "Permissions Violation for Publish to \"x\""}}, 0});
  bus_.batches.push_back({{}, {{BusNotice::Kind::refused, what}}, 0});
  const auto ended = run();
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().kind, ErrorKind::denied);
  EXPECT_EQ(ended.error().where, kEventSubjects);
  EXPECT_THAT(ended.error().what, HasSubstr(what));
}

TEST_F(WatchEvents, EndsWhenTheWatcherHasEnough) {
  watcher_.enough = 1;
  live({startup("n1")});
  live({startup("n2")});
  EXPECT_TRUE(run().ok());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1"));
}

TEST_F(WatchEvents, EndsAfterTheWantedNumber) {
  options_.count = 2;
  live({startup("n1"), startup("n2"), startup("n3")});
  EXPECT_TRUE(run().ok());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1", "n2"));
  EXPECT_EQ(counts_.shown, 2U);
}

TEST_F(WatchEvents, ShowsWhatTheStreamKeptFirst) {
  with_history();
  stored_ = {startup("n1"), startup("n2")};
  ends_ = {2};
  live({startup("n1")});  // again, and really so: the stream has not grown meanwhile
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1 stored", "n2 stored", "n1"));
  EXPECT_THAT(watcher_.no_histories, IsEmpty());
  ASSERT_EQ(bus_.published.size(), 1U);
  EXPECT_EQ(bus_.published[0].subject, "$JS.API.CONSUMER.DELETE.CHORIA_EVENTS.C");
}

TEST_F(WatchEvents, ShowsOnceWhatWasStoredWhileItSubscribed) {
  with_history();
  stored_ = {startup("n1"), startup("n2"), startup("n3"), startup("n4")};
  ends_ = {1, 3};  // n2 and n3 came between the two questions, n4 after them
  live({startup("n3"), startup("n4"), startup("n3")});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1 stored", "n2 stored", "n3 stored", "n4", "n3"));
}

TEST_F(WatchEvents, CountsWhatWasLostOnTheWayFromTheStream) {
  with_history();
  stored_ = {startup("n1"), startup("n2"), startup("n3")};
  ends_ = {3};
  const auto all = bus_.answering;
  bus_.answering = [this, all](const BusMessage& question) {
    auto answered = all(question);
    auto& pushed = bus_.batches_of["_INBOX.many.1"];
    if (!pushed.empty()) pushed[0].messages.erase(pushed[0].messages.begin() + 1);
    return answered;
  };
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1 stored", "n3 stored"));
  EXPECT_EQ(counts_.dropped, 1U);
}

TEST_F(WatchEvents, AnswersTheFlowControlOfTheBroker) {
  with_history();
  stored_ = {startup("n1")};
  ends_ = {1};
  BusMessage control;
  control.status = 100;
  control.reply = "$JS.FC.CHORIA_EVENTS.C.1";
  bus_.batches_of["_INBOX.many.1"].push_back({{control}, {}, 0});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1 stored"));
  ASSERT_EQ(bus_.published.size(), 2U);
  EXPECT_EQ(bus_.published[0].subject, control.reply);
}

TEST_F(WatchEvents, SaysWhyThereIsNoHistoryAndGoesOn) {
  options_.since = std::chrono::hours(1);
  live({startup("n1")});
  static_cast<void>(run());
  ASSERT_EQ(watcher_.no_histories.size(), 1U);
  EXPECT_THAT(watcher_.no_histories[0], HasSubstr("keeps no streams"));
  EXPECT_THAT(watcher_.shown, ElementsAre("n1"));
}

TEST_F(WatchEvents, ReadsWhatItMissedFromTheStream) {
  with_stream();
  stored_ = {startup("before"), startup("n1"), startup("n2"), startup("n3"), startup("n4")};
  ends_ = {1, 5};
  live({startup("n1")});
  reconnect({startup("n4")});
  live({startup("n5")});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1", "n4", "n2 stored", "n3 stored", "n5"));
  EXPECT_THAT(watcher_.missed, ElementsAre("2"));
}

TEST_F(WatchEvents, ShowsOnceWhatComesLiveAfterItWasReadAsMissed) {
  with_stream();
  stored_ = {startup("n1"), startup("n2")};
  ends_ = {0, 2};
  live({startup("n1")});
  reconnect();
  live({startup("n2"), startup("n3")});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1", "n2 stored", "n3"));
}

TEST_F(WatchEvents, NewerEventsWaitForThoseThatWereMissed) {
  with_stream();
  options_.in_order = true;
  stored_ = {startup("n1"), startup("stopped"), startup("started again")};
  ends_ = {0, 3};
  live({startup("n1")});
  reconnect({startup("started again")});
  live({startup("n5")});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1", "stopped stored", "started again stored", "n5"));
  EXPECT_THAT(watcher_.missed, ElementsAre("2"));
}

TEST_F(WatchEvents, NewerEventsWaitWhileTheStreamIsAskedAgain) {
  with_stream();
  options_.in_order = true;
  stored_ = {startup("stopped"), startup("started again")};
  ends_ = {0, 2};
  const auto all = bus_.answering;
  bus_.answering = [all, asked = 0](const BusMessage& question) mutable -> Result<BusMessage> {
    if (++asked == 2) return Error{ErrorKind::timeout, "no answer", {}};
    return all(question);
  };
  reconnect();
  live({startup("started again"), startup("new")});
  bus_.batches.resize(bus_.batches.size() + 10);
  static_cast<void>(run(HastyClock()));
  EXPECT_THAT(watcher_.shown, ElementsAre("stopped stored", "started again stored", "new"));
}

TEST_F(WatchEvents, NewerEventsDoNotWaitForWhatNobodyKnows) {
  options_.in_order = true;
  reconnect({startup("n1")});
  live({startup("n2")});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1", "n2"));
  EXPECT_EQ(watcher_.missed.size(), 1U);
}

TEST_F(WatchEvents, NewerEventsWaitThroughASecondReconnect) {
  with_stream();
  options_.in_order = true;
  stored_ = {startup("n1"), startup("n2"), startup("n3")};
  ends_ = {0, 3};
  const auto all = bus_.answering;
  bus_.answering = [all, asked = 0](const BusMessage& question) mutable -> Result<BusMessage> {
    if (++asked == 2) return Error{ErrorKind::timeout, "no answer", {}};
    return all(question);
  };
  reconnect({startup("n2")});
  bus_.batches.push_back({{}, {{BusNotice::Kind::disconnected, ""}}, 0});
  bus_.batches.push_back({{startup("n3")}, {{BusNotice::Kind::reconnected, bus_.url}}, 0});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1 stored", "n2 stored", "n3 stored"));
}

TEST_F(WatchEvents, NewerEventsWaitFromTheLossOfTheConnectionOn) {
  with_stream();
  options_.in_order = true;
  stored_ = {startup("stopped"), startup("started again")};
  ends_ = {0, 2};
  bus_.batches.push_back({{}, {{BusNotice::Kind::disconnected, ""}}, 0});
  live({startup("started again")});  // the new session has subscribed, and is told of later
  bus_.batches.push_back({{}, {{BusNotice::Kind::reconnected, bus_.url}}, 0});
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("stopped stored", "started again stored"));
}

TEST_F(WatchEvents, HeldEventsAreShownOnceHoweverManyFollowThem) {
  with_stream();
  options_.in_order = true;
  stored_ = {startup("held")};
  for (int index = 0; index < 10'100; ++index) stored_.push_back(startup("n" + std::to_string(index)));
  ends_ = {0, stored_.size()};
  reconnect({startup("held")});
  static_cast<void>(run());
  EXPECT_EQ(watcher_.shown.size(), stored_.size());
  EXPECT_EQ(std::count(watcher_.shown.begin(), watcher_.shown.end(), "held"), 0);
}

TEST_F(WatchEvents, ThePlaceStaysWhereSomethingIsStillToBeRead) {
  with_stream();
  stored_ = {startup("n0"), startup("n1"), startup("n2")};
  ends_ = {0, 3};
  milliseconds jumped{0};
  const auto all = bus_.answering;
  bus_.answering = [all, &jumped, asked = 0](const BusMessage& question) mutable -> Result<BusMessage> {
    if (++asked != 2) return all(question);
    jumped = std::chrono::minutes(15);
    return Error{ErrorKind::timeout, "no answer", {}};
  };
  live({startup("n0")});
  reconnect();
  bus_.batches.resize(bus_.batches.size() + 10);
  static_cast<void>(run(JumpingClock(jumped)));
  EXPECT_THAT(watcher_.shown, ElementsAre("n0", "n1 stored", "n2 stored"));
  EXPECT_THAT(watcher_.missed, ElementsAre("2"));
}

TEST_F(WatchEvents, ADocumentThatIsSentAgainCountsEachTime) {
  with_stream();
  stored_ = {startup("n1"), startup("n1"), startup("n1")};
  ends_ = {0, 3};
  live({startup("n1"), startup("n1")});
  reconnect();
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1", "n1", "n1 stored"));
}

TEST_F(WatchEvents, EachReconnectReadsOnFromTheLast) {
  with_stream();
  stored_ = {startup("n1"), startup("n2")};
  ends_ = {0, 1, 2};
  reconnect();
  reconnect();
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n1 stored", "n2 stored"));
  EXPECT_THAT(watcher_.missed, ElementsAre("1", "1"));
}

TEST_F(WatchEvents, SaysThatNothingWasMissed) {
  with_stream();
  ends_ = {7};
  reconnect();
  static_cast<void>(run());
  EXPECT_THAT(watcher_.missed, ElementsAre("0"));
}

TEST_F(WatchEvents, MissedEventsAreFilteredToo) {
  with_stream();
  options_.filter.identity = "n2";
  stored_ = {startup("n1"), startup("n2")};
  ends_ = {0, 2};
  reconnect();
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, ElementsAre("n2 stored"));
  EXPECT_THAT(watcher_.missed, ElementsAre("1"));
  EXPECT_EQ(counts_.filtered, 1U);
}

TEST_F(WatchEvents, WithoutAStreamItSaysWhyTheMissedStayUnknown) {
  reconnect();
  static_cast<void>(run());
  ASSERT_EQ(watcher_.missed.size(), 1U);
  EXPECT_THAT(watcher_.missed[0], HasSubstr("keeps no streams"));
}

TEST_F(WatchEvents, AStreamThatWasMadeAnewIsNotReadBack) {
  with_stream();
  stored_ = {startup("n1")};
  ends_ = {5, 1};
  reconnect();
  static_cast<void>(run());
  EXPECT_THAT(watcher_.shown, IsEmpty());
  ASSERT_EQ(watcher_.missed.size(), 1U);
  EXPECT_THAT(watcher_.missed[0], HasSubstr("made anew"));
}

TEST_F(WatchEvents, AStreamWithoutALeaderIsAskedAgain) {
  with_stream();
  stored_ = {startup("n1")};
  ends_ = {0, 1};
  const auto all = bus_.answering;
  bus_.answering = [all, asked = 0](const BusMessage& question) mutable -> Result<BusMessage> {
    if (++asked == 2) return Error{ErrorKind::timeout, "no answer", {}};
    return all(question);
  };
  reconnect();
  bus_.batches.resize(bus_.batches.size() + 10);
  static_cast<void>(run(HastyClock()));
  EXPECT_THAT(watcher_.shown, ElementsAre("n1 stored"));
  EXPECT_THAT(watcher_.missed, ElementsAre("1"));
}

TEST_F(WatchEvents, AStreamThatEndsEarlyIsSaid) {
  with_history();
  options_.timeout = std::chrono::milliseconds(1);
  ends_ = {5};
  const auto all = bus_.answering;
  bus_.answering = [all](const BusMessage& question) -> Result<BusMessage> {
    if (question.subject.starts_with("$JS.API.CONSUMER")) return answer(R"({"name":"C","num_pending":5})");
    return all(question);
  };
  bus_.batches_of["_INBOX.many.1"] = {};
  live({startup("n1")});
  static_cast<void>(run());
  ASSERT_EQ(watcher_.no_histories.size(), 1U);
  EXPECT_THAT(watcher_.no_histories[0], HasSubstr("stopped sending"));
  EXPECT_THAT(watcher_.shown, ElementsAre("n1"));
}

}  // namespace
}  // namespace fleetwatch::service
