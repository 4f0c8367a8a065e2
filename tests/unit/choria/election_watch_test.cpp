#include "choria/election_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fleetwatch::choria {
namespace {

using model::ElectionKey;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kStart = 1'000'000;
constexpr std::int64_t kTtl = 60'000;

ElectionKey key(std::string holder, std::uint64_t revision, std::int64_t written_after_ms) {
  ElectionKey made;
  made.name = "backup";
  made.holder = std::move(holder);
  made.revision = revision;
  made.written_unix_ms = kStart + written_after_ms;
  return made;
}

ElectionKey marker(std::uint64_t revision, std::int64_t written_after_ms, bool released = false) {
  auto made = key("", revision, written_after_ms);
  made.marker = true;
  made.released = released;
  return made;
}

class ElectionWatching : public testing::Test {
 protected:
  // "change leader<previous @ms", for each change.
  std::vector<std::string> look(std::int64_t after_ms, const std::vector<ElectionKey>& keys) {
    std::vector<std::string> told;
    changes = watch.look(keys, kTtl, kStart + after_ms);
    for (const auto& change : changes) {
      told.push_back(change.change + " " + change.leader.value_or("-") + "<" + change.previous.value_or("-") + " @" +
                     std::to_string(change.time_unix_ms - kStart));
    }
    return told;
  }

  ElectionWatch watch{"B"};
  std::vector<model::ElectionChange> changes;
};

TEST_F(ElectionWatching, TellsWhoLeadsAndThenOnlyChanges) {
  EXPECT_THAT(look(1'000, {key("a", 1, 500)}), ElementsAre("leads a<- @500"));
  EXPECT_EQ(changes.front().age_ms, 500);
  EXPECT_EQ(changes.front().time_left_ms, 59'500);
  EXPECT_THAT(look(2'000, {key("a", 3, 1'500)}), IsEmpty());
  EXPECT_THAT(look(3'000, {key("a", 5, 2'500)}), IsEmpty());
  EXPECT_THAT(look(4'000, {key("b", 9, 3'700)}), ElementsAre("won b<a @3700"));
}

TEST_F(ElectionWatching, TellsHowALeaderLostItsKey) {
  EXPECT_THAT(look(0, {key("a", 1, 0)}), ElementsAre("leads a<- @0"));
  EXPECT_THAT(look(1'000, {marker(2, 900)}), ElementsAre("evicted -<a @900"));
  EXPECT_THAT(look(1'500, {marker(3, 1'400)}), IsEmpty());  // evicted twice
  EXPECT_THAT(look(2'000, {}), IsEmpty());
  EXPECT_THAT(look(3'000, {key("a", 4, 2'500)}), ElementsAre("again a<- @2500"));
  EXPECT_THAT(look(4'000, {marker(5, 3'500, true)}), ElementsAre("released -<a @3500"));
  EXPECT_THAT(look(5'000, {key("b", 6, 4'500)}), ElementsAre("won b<a @4500"));
  EXPECT_THAT(look(6'000, {}), ElementsAre("evicted -<b @6000"));  // purged
  EXPECT_THAT(look(7'000, {key("a", 8, 6'500)}), ElementsAre("won a<b @6500"));
  EXPECT_THAT(look(67'000, {}), ElementsAre("expired -<a @66500"));
}

TEST_F(ElectionWatching, TellsOfAKeyThatNoCandidateWrote) {
  look(0, {key("a", 1, 0)});
  auto foreign = key("tool", 2, 900);
  foreign.foreign = true;
  EXPECT_THAT(look(1'000, {foreign}), ElementsAre("overwritten tool<a @900"));
  foreign.revision = 3;
  EXPECT_THAT(look(2'000, {foreign}), IsEmpty());
  EXPECT_THAT(look(3'000, {key("tool", 4, 2'500)}), ElementsAre("won tool<- @2500"));
}

TEST_F(ElectionWatching, WarnsLongBeforeTheBucketForgetsALeaderThatStopped) {
  look(0, {key("a", 1, 0)});
  for (std::uint64_t second = 1; second <= 5; ++second) {
    const auto ms = static_cast<std::int64_t>(second) * 1'000;
    EXPECT_THAT(look(ms + 100, {key("a", 1 + second, ms)}), IsEmpty());
  }
  EXPECT_THAT(look(8'000, {key("a", 6, 5'000)}), IsEmpty());
  EXPECT_THAT(look(8'100, {key("a", 6, 5'000)}), ElementsAre("stalled a<- @8100"));
  EXPECT_EQ(changes.front().age_ms, 3'100);
  EXPECT_EQ(changes.front().time_left_ms, 56'900);
  EXPECT_EQ(changes.front().usual_interval_ms, 1'000);
  EXPECT_THAT(look(9'000, {key("a", 6, 5'000)}), IsEmpty());  // said once
  EXPECT_THAT(look(20'000, {key("a", 7, 19'900)}), ElementsAre("renews a<- @19900"));
  EXPECT_THAT(look(23'000, {key("a", 7, 19'900)}), ElementsAre("stalled a<- @23000"));
}

TEST_F(ElectionWatching, WaitsForAnUnknownLeaderAsLongAsTheSlowestMayTake) {
  look(0, {key("a", 1, 0)});
  EXPECT_THAT(look(50'000, {key("a", 1, 0)}), IsEmpty());
  EXPECT_THAT(look(50'001, {key("a", 1, 0)}), ElementsAre("stalled a<- @50001"));
}

TEST_F(ElectionWatching, NeedsNoTimesOfTheServer) {
  auto bare = key("a", 1, 0);
  bare.written_unix_ms.reset();
  EXPECT_THAT(look(100, {bare}), ElementsAre("leads a<- @100"));
  EXPECT_FALSE(changes.front().age_ms);
  EXPECT_THAT(look(90'000, {bare}), IsEmpty());
}

TEST(StalledAfter, LeavesTimeBeforeTheEnd) {
  EXPECT_EQ(stalled_after_ms(500, 60'000), 2'000);
  EXPECT_EQ(stalled_after_ms(45'000, 60'000), 50'000);
  EXPECT_EQ(stalled_after_ms(std::nullopt, 10'000), 8'333);
  EXPECT_EQ(stalled_after_ms(3'000, 0), 7'000);  // keys are not forgotten
}

}  // namespace
}  // namespace fleetwatch::choria
