#include "choria/election.hpp"

#include <gtest/gtest.h>

#include <array>

namespace fleetwatch::choria {
namespace {

using namespace std::chrono_literals;
using model::ElectionState;

// What came out, as words that read well in a failure.
std::string words_of(const Effects& effects, Election::Time zero) {
  struct Say {
    Election::Time zero;
    std::string operator()(const Put& put) const { return "put " + std::to_string(put.expected_sequence); }
    std::string operator()(const Read& /*read*/) const { return "read"; }
    std::string operator()(const Release& release) const {
      return "release " + std::to_string(release.expected_sequence);
    }
    std::string operator()(const Won& /*won*/) const { return "won"; }
    std::string operator()(const Lost& lost) const { return "lost (" + lost.reason + ")"; }
    std::string operator()(const WakeAt& wake) const {
      return "wake " + std::to_string(std::chrono::duration_cast<milliseconds>(wake.time - zero).count());
    }
  };
  std::string text;
  for (const auto& effect : effects) text += (text.empty() ? "" : ", ") + std::visit(Say{zero}, effect);
  return text;
}

class ElectionCase : public testing::Test {
 protected:
  std::string start() { return words_of(election.start(now), zero); }
  std::string wake_at(milliseconds time) { return words_of(election.wake(now = zero + time), zero); }
  std::string stored(std::uint64_t sequence) { return answer(Stored{sequence}); }
  std::string answer(const PutAnswer& given) { return words_of(election.put_answered(given, now), zero); }
  std::string read(const std::optional<KeyState>& key) { return words_of(election.key_read(key, now), zero); }
  std::string stop() { return words_of(election.stop(), zero); }

  // TTL 60 s, interval 45 s, no splay: leads, told at 45.2 s, next write at 90.2 s.
  void lead() {
    start();
    wake_at(0ms);
    stored(1);
    wake_at(45s);
    stored(2);
    ASSERT_EQ(wake_at(45'200ms), "won, wake 90200");
  }

  const Election::Time zero{};
  Election::Time now = zero;
  Election election{ElectionSettings{}, [] { return 0.0; }};
};

TEST_F(ElectionCase, WinsWithTwoWritesAndIsToldAfterASettlingTime) {
  EXPECT_EQ(start(), "wake 0");
  EXPECT_EQ(election.state(), ElectionState::candidate);
  EXPECT_EQ(wake_at(0ms), "put 0");
  EXPECT_EQ(stored(7), "wake 45000");
  EXPECT_EQ(election.state(), ElectionState::leader);
  EXPECT_FALSE(election.leads());
  EXPECT_EQ(wake_at(45s), "put 7, wake 58000");
  EXPECT_EQ(stored(8), "wake 45200");
  EXPECT_FALSE(election.leads());
  EXPECT_EQ(wake_at(45'200ms), "won, wake 90200");
  EXPECT_TRUE(election.leads());
}

TEST_F(ElectionCase, RenewsWithTheSequenceOfItsLastWrite) {
  lead();
  EXPECT_EQ(wake_at(90'200ms), "put 2, wake 103000");
  EXPECT_EQ(stored(9), "wake 135200");
  EXPECT_EQ(wake_at(135'200ms), "put 9, wake 148200");
  EXPECT_EQ(election.counts(), (ElectionCounts{.candidate_campaigns = 1, .leader_campaigns = 3, .errors = 0}));
}

TEST_F(ElectionCase, LosesTheRaceAndTriesAgain) {
  start();
  wake_at(0ms);
  EXPECT_EQ(answer(WrongSequence{}), "read");
  EXPECT_EQ(read(KeyState{.is_marker = false, .sequence = 4}), "wake 45000");
  EXPECT_EQ(election.tries(), 1U);
  EXPECT_EQ(wake_at(45s), "put 0");
  EXPECT_EQ(election.counts().errors, 0U);
}

TEST_F(ElectionCase, WritesOverADeleteMarker) {
  start();
  wake_at(0ms);
  answer(WrongSequence{});
  EXPECT_EQ(read(KeyState{.is_marker = true, .sequence = 4}), "put 4");
  EXPECT_EQ(stored(5), "wake 45000");
  EXPECT_EQ(election.state(), ElectionState::leader);
}

TEST_F(ElectionCase, ConfirmsAtOnceAKeyThatWasGivenBack) {
  start();
  wake_at(0ms);
  EXPECT_EQ(answer(WrongSequence{}), "read");
  EXPECT_EQ(read(KeyState{.is_marker = true, .is_released = true, .sequence = 7}), "put 7");
  EXPECT_EQ(stored(8), "wake 100");
  EXPECT_EQ(wake_at(100ms), "put 8, wake 58000");
  EXPECT_EQ(stored(9), "wake 300");
  EXPECT_EQ(wake_at(300ms), "won, wake 45300");
}

TEST_F(ElectionCase, LosesTheRaceOverADeleteMarkerToo) {
  start();
  wake_at(0ms);
  answer(WrongSequence{});
  read(KeyState{.is_marker = true, .sequence = 4});
  EXPECT_EQ(answer(WrongSequence{}), "wake 45000");
}

TEST_F(ElectionCase, DoesNotReadWhereItMayNot) {
  election = Election(ElectionSettings{.can_read = false}, [] { return 0.0; });
  start();
  wake_at(0ms);
  EXPECT_EQ(answer(WrongSequence{}), "wake 45000");
}

TEST_F(ElectionCase, CountsRefusedAndUnansweredWritesAsErrors) {
  start();
  wake_at(0ms);
  EXPECT_EQ(answer(Refused{"no stream"}), "wake 45000");
  wake_at(45s);
  EXPECT_EQ(answer(NoAnswer{"timeout"}), "wake 90000");
  EXPECT_EQ(election.counts().errors, 2U);
  EXPECT_EQ(election.tries(), 2U);
}

TEST_F(ElectionCase, IsToldOnceThatItLostItsKey) {
  lead();
  wake_at(90'200ms);
  EXPECT_EQ(answer(WrongSequence{}), "lost (somebody else wrote the key), wake 135200");
  EXPECT_EQ(election.state(), ElectionState::candidate);
  EXPECT_EQ(stop(), "");
}

TEST_F(ElectionCase, NeverLosesWhatItWasNotToldToHave) {
  start();
  wake_at(0ms);
  stored(1);
  wake_at(45s);
  EXPECT_EQ(answer(WrongSequence{}), "wake 90000");
}

TEST_F(ElectionCase, RepeatsAWriteWithoutAnswerOnce) {
  lead();
  wake_at(90'200ms);
  EXPECT_EQ(answer(NoAnswer{"timeout"}), "put 2, wake 103000");
  EXPECT_EQ(stored(3), "wake 135200");
  wake_at(135'200ms);
  answer(NoAnswer{"timeout"});
  EXPECT_EQ(answer(NoAnswer{"timeout"}), "lost (timeout), wake 180200");
}

TEST_F(ElectionCase, EndsItsLeaseBeforeTheBucketForgetsTheKey) {
  lead();
  EXPECT_EQ(wake_at(90'200ms), "put 2, wake 103000");
  EXPECT_EQ(wake_at(102'999ms), "wake 103000");
  EXPECT_EQ(wake_at(103'000ms), "lost (no answer to its writes for as long as the bucket keeps the key), wake 148000");
  EXPECT_EQ(answer(WrongSequence{}), "") << "an answer that comes too late changes nothing";
  EXPECT_EQ(stored(3), "release 3") << "but what it stored is nobody's";
}

TEST_F(ElectionCase, TakesUpItsOwnWriteWhoseAnswerGotLost) {
  lead();
  wake_at(90'200ms);
  answer(NoAnswer{"timeout"});
  EXPECT_EQ(answer(WrongSequence{}), "read, wake 103000");
  EXPECT_EQ(read(KeyState{.is_ours = true, .sequence = 3}), "wake 135200");
  EXPECT_EQ(wake_at(135'200ms), "put 3, wake 148200");
  EXPECT_EQ(answer(WrongSequence{.resent = true}), "read, wake 148200");
  EXPECT_EQ(read(KeyState{.is_ours = true, .sequence = 4}), "wake 180200");
  EXPECT_TRUE(election.leads());
}

TEST_F(ElectionCase, StandsDownWhenTheLostWriteWasNotItsOwn) {
  const std::vector<std::optional<KeyState>> others = {std::nullopt, KeyState{.sequence = 3},
                                                       KeyState{.is_marker = true, .sequence = 3}};
  for (const auto& other : others) {
    election = Election(ElectionSettings{}, [] { return 0.0; });
    lead();
    wake_at(90'200ms);
    answer(NoAnswer{"timeout"});
    answer(WrongSequence{});
    EXPECT_EQ(read(other), "lost (somebody else wrote the key), wake 135200");
  }
  lead();
  wake_at(90'200ms);
  answer(WrongSequence{.resent = true});
  EXPECT_EQ(wake_at(103'000ms), "lost (no answer to its writes for as long as the bucket keeps the key), wake 148000")
      << "nor does it wait for the answer longer than its lease";
}

TEST_F(ElectionCase, WritesOverAKeyThatItWonWithoutKnowing) {
  start();
  wake_at(0ms);
  EXPECT_EQ(answer(NoAnswer{"timeout"}), "wake 45000");
  wake_at(45s);
  EXPECT_EQ(answer(WrongSequence{}), "read");
  EXPECT_EQ(read(KeyState{.is_ours = true, .sequence = 1}), "put 1");
  EXPECT_EQ(stored(2), "wake 90000");
  EXPECT_EQ(election.state(), ElectionState::leader);
}

TEST_F(ElectionCase, DoesNotBeginToLeadAfterItsLease) {
  start();
  wake_at(0ms);
  stored(1);
  wake_at(45s);
  stored(2);
  EXPECT_EQ(wake_at(110s), "wake 155000") << "it did not run while it settled";
  EXPECT_EQ(election.state(), ElectionState::candidate);

  wake_at(155s);
  now = zero + 220s;
  EXPECT_EQ(stored(3), "release 3, wake 265000") << "won too long ago";
}

TEST_F(ElectionCase, StandsDownWhenARenewalIsAnsweredAfterTheLeaseThatItBegins) {
  lead();
  wake_at(90'200ms);
  now = zero + 200s;
  EXPECT_EQ(stored(3), "lost (it did not run for as long as the bucket keeps the key), release 3, wake 245000");
}

TEST_F(ElectionCase, ExpiresWhileItIsBusy) {
  lead();
  wake_at(90'200ms);
  EXPECT_EQ(words_of(election.expire(zero + 102'999ms), zero), "");
  EXPECT_EQ(words_of(election.expire(zero + 103s), zero),
            "lost (it did not run for as long as the bucket keeps the key), wake 148000");
}

TEST_F(ElectionCase, StandsDownAfterAPauseOfTheProcess) {
  lead();
  EXPECT_EQ(wake_at(110s), "lost (it did not run for as long as the bucket keeps the key), wake 155000");
}

TEST_F(ElectionCase, GivesTheKeyBackWhenItStops) {
  lead();
  EXPECT_EQ(stop(), "lost (stopped), release 2");
  EXPECT_EQ(wake_at(200s), "");
  EXPECT_EQ(stored(9), "");
}

TEST_F(ElectionCase, GivesBackAKeyThatItWasNotToldOf) {
  start();
  wake_at(0ms);
  stored(1);
  EXPECT_EQ(stop(), "release 1");
}

TEST_F(ElectionCase, StopsAsACandidateWithoutAWord) {
  start();
  EXPECT_EQ(stop(), "");
  EXPECT_EQ(wake_at(1s), "") << "not even the first campaign";
}

TEST_F(ElectionCase, FollowsTheStepsOfTheBackoff) {
  static constexpr std::array<int, 3> kSteps = {100, 200, 400};
  election = Election(ElectionSettings{.steps = kSteps}, [] { return 0.5; });
  EXPECT_EQ(start(), "wake 2500");
  wake_at(2500ms);
  EXPECT_EQ(answer(Refused{""}), "wake 2700");  // entry 1: 100 + 100
  wake_at(2700ms);
  EXPECT_EQ(answer(Refused{""}), "wake 3100");  // entry 2
  wake_at(3100ms);
  EXPECT_EQ(answer(Refused{""}), "wake 3500");  // the last one stays
  wake_at(3500ms);
  EXPECT_EQ(stored(1), "wake 3600");  // entry 0
  wake_at(3600ms);
  stored(2);
  EXPECT_EQ(wake_at(3800ms), "won, wake 8800") << "sure of its key, it writes every twelfth of the TTL";
}

TEST(CheckElection, HoldsTheLimitsOfTheReference) {
  const auto ok = [](milliseconds ttl, std::optional<milliseconds> interval) {
    return check(ElectionSettings{.ttl = ttl, .interval = interval}).ok();
  };
  EXPECT_TRUE(ok(60s, {}));
  EXPECT_TRUE(ok(4s, {}));
  EXPECT_TRUE(ok(1h, {}));
  EXPECT_TRUE(ok(2s, 1s));
  EXPECT_FALSE(ok(999ms, {}));
  EXPECT_FALSE(ok(1h + 1ms, {}));
  EXPECT_FALSE(ok(3996ms, {}));
  EXPECT_FALSE(ok(10s, 999ms));
  EXPECT_FALSE(ok(10s, 9001ms));
}

TEST(BackoffTest, IsFromHalfToOneAndAHalfOfTheEntry) {
  static constexpr std::array<int, 2> kSteps = {0, 1000};
  EXPECT_EQ(backoff(kSteps, 0, 0.9), 0ms);
  EXPECT_EQ(backoff(kSteps, 1, 0.0), 500ms);
  EXPECT_EQ(backoff(kSteps, 1, 0.9999), 1499ms);
  EXPECT_EQ(backoff(kSteps, 99, 0.0), 500ms);
}

}  // namespace
}  // namespace fleetwatch::choria
