#include "service/campaign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/fake_bus.hpp"

namespace fleetwatch::service {
namespace {

using outside::BusMessage;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int kNoResponders = 503;

// A bucket with one key that behaves as a broker's does; nothing expires.
class OneKey {
 public:
  std::string value;
  std::uint64_t sequence = 0;
  bool marker = false;
  bool released = false;
  std::string run;
  std::vector<std::string> stored;  // "value@sequence"

  BusMessage answer(const BusMessage& question) {
    BusMessage made;
    if (question.subject.starts_with("$JS.API.STREAM.MSG.GET") && !run.empty()) {
      made.status = kNoResponders;  // then a replica is asked
      return made;
    }
    if (question.subject.starts_with("$JS.API.DIRECT.GET")) {
      made.payload = value;
      made.headers = {{std::string(kRunHeader), run}, {"Nats-Sequence", std::to_string(sequence)}};
      if (marker) made.headers.push_back({std::string(kOperation), "DEL"});
      return made;
    }
    if (question.subject.starts_with("$JS.API.STREAM.MSG.GET")) {
      made.payload = R"({"error":{"code":404,"err_code":10037,"description":"no message found"}})";
      return made;
    }
    const auto expected = std::stoull(std::string(question.header(kExpectedSequence)));
    if (expected != sequence) {
      made.payload = R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 9"},"seq":0})";
      return made;
    }
    marker = !question.header(kOperation).empty();
    released = !question.header(kReleasedHeader).empty();
    value = question.payload;
    run = question.header(kRunHeader);
    sequence += 1;
    stored.push_back((marker ? released ? "released" : "marker" : value) + "@" + std::to_string(sequence));
    made.payload = R"({"stream":"KV_B","seq":)" + std::to_string(sequence) + "}";
    return made;
  }
};

// Whose only subscription gives one message as soon as it is told to, and then nothing.
class HearingBus final : public test::FakeBus {
 public:
  explicit HearingBus(boost::asio::io_context& loop) : gate_(loop, boost::asio::steady_timer::time_point::max()) {}

  void say(BusMessage message) {
    message_ = std::move(message);
    gate_.cancel();
  }

  Result<std::unique_ptr<outside::BusSubscription>> subscribe(std::string /*subject*/) override {
    return std::unique_ptr<outside::BusSubscription>(std::make_unique<Ear>(*this));
  }

 private:
  class Ear final : public outside::BusSubscription {
   public:
    explicit Ear(HearingBus& bus) : bus_(bus) {}
    boost::asio::awaitable<outside::BusBatch> next(Deadline deadline) override {
      outside::BusBatch batch;
      boost::system::error_code ignored;
      if (!bus_.message_) {
        bus_.gate_.expires_at(deadline);
        co_await bus_.gate_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
      }
      if (bus_.message_) batch.messages.push_back(std::move(*bus_.message_));
      bus_.message_.reset();
      co_return batch;
    }

   private:
    HearingBus& bus_;
  };

  boost::asio::steady_timer gate_;
  std::optional<BusMessage> message_;
};

class CampaignTest : public testing::Test {
 protected:
  CampaignTest() {
    bus.answering = [this](const BusMessage& question) -> Result<BusMessage> {
      if (question.subject.starts_with("$KV.") && ++writes == silent_write) {
        static_cast<void>(key.answer(question));
        return Error{ErrorKind::timeout, "no answer"};
      }
      if (broken) return Error{ErrorKind::timeout, "no answer"};
      return key.answer(question);
    };
    events.won = [this] {
      told.push_back("won");
      if (on_won) on_won();
    };
    events.lost = [this](const std::string& reason) {
      told.push_back("lost: " + reason);
      if (on_lost) on_lost();
    };
    events.failed = [this](const std::string& problem) { told.push_back("failed: " + problem); };
  }

  // Runs to its end; the steps keep it fast.
  void run() {
    static constexpr std::array<int, 1> kFast = {2};
    CampaignSettings settings;
    settings.election = "backup";
    settings.name = "op1";
    settings.run = "r1";
    settings.timing.ttl = ttl;
    settings.timing.steps = kFast;
    settings.listen = listen;
    campaign = std::make_shared<Campaign>(bus, bucket, settings, events, [] { return 0.0; });
    boost::asio::co_spawn(loop, campaign->run(), boost::asio::detached);
    loop.run();
  }

  // Whoever may write the key may not read it while `denied`, which outlives the campaign.
  void deny_reads_when(const bool& denied) {
    bus.answering = [this, &denied](const BusMessage& question) -> Result<BusMessage> {
      if (broken) return Error{ErrorKind::timeout, "no answer"};
      if (!denied || question.subject.starts_with("$KV.")) return key.answer(question);
      BusMessage refused;
      refused.status = kNoResponders;
      return refused;
    };
  }
  void take_by_another() {
    key.sequence = 77;
    key.value = "op2";
    key.run = "r2";
  }
  void hear_of_marker() { hear("", {{std::string(kOperation), "DEL"}, {std::string(kMarkerHeader), "41"}}); }
  bool wrote_over_marker() const {
    return std::any_of(bus.asked.begin(), bus.asked.end(),
                       [](const auto& one) { return one.header(kExpectedSequence) == "41"; });
  }

  // A write of the key that others make, as it is heard.
  void hear(std::string payload, std::vector<outside::BusHeader> headers) {
    BusMessage message;
    message.payload = std::move(payload);
    message.headers = std::move(headers);
    bus.say(std::move(message));
  }

  boost::asio::io_context loop;
  HearingBus bus{loop};
  bool listen = false;
  milliseconds ttl{1'000};
  OneKey key;
  bool broken = false;
  int writes = 0;
  int silent_write = 0;  // is stored, and never answered
  ElectionBucket bucket{bus, {.bucket = "B", .api_prefix = "$JS.API", .patience = milliseconds(100)}};
  CampaignEvents events;
  std::function<void()> on_won;
  std::function<void()> on_lost;
  std::vector<std::string> told;
  std::shared_ptr<Campaign> campaign;
};

TEST_F(CampaignTest, WinsWithTwoWritesAndGivesTheKeyBack) {
  on_won = [this] { campaign->stop(); };
  run();
  EXPECT_THAT(told, ElementsAre("won", "lost: stopped"));
  EXPECT_THAT(key.stored, ElementsAre("op1@1", "op1@2", "released@3"));
}

TEST_F(CampaignTest, StandsDownWhenItsKeyIsTaken) {
  on_won = [this] {
    key.sequence = 77;
    key.value = "op2";
  };
  on_lost = [this] { campaign->stop(); };
  run();
  EXPECT_THAT(told, ElementsAre("won", "lost: somebody else wrote the key"));
  EXPECT_EQ(key.value, "op2");
  EXPECT_EQ(key.sequence, 77U);
}

TEST_F(CampaignTest, TellsWhatWasWrittenOverItsKey) {
  listen = true;
  on_lost = [this] { campaign->stop(); };
  on_won = [this] {
    key.sequence = 77;
    hear("tool", {});
  };
  run();
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told.back(),
            "lost: somebody else wrote the key: \"tool\", by a program that is no candidate: it did not ask who leads");
}

TEST_F(CampaignTest, WritesOverAMarkerOfWhichItWasToldWhereItMayNotRead) {
  listen = true;
  key.sequence = 41;
  key.marker = true;
  bus.answering = [this](const BusMessage& question) -> Result<BusMessage> {
    if (question.subject.starts_with("$KV.")) return key.answer(question);
    BusMessage refused;
    refused.status = kNoResponders;
    return refused;
  };
  int attempts = 0;
  events.campaigns = [&](bool /*leads*/) {
    if (++attempts == 2) hear("", {{std::string(kOperation), "DEL"}, {std::string(kMarkerHeader), "41"}});
  };
  on_won = [this] { campaign->stop(); };
  run();
  EXPECT_THAT(key.stored, ElementsAre("op1@42", "op1@43", "released@44"));
}

TEST_F(CampaignTest, ForgetsAMarkerWhenItCouldReadTheKey) {
  listen = true;
  take_by_another();
  bool denied = false;
  deny_reads_when(denied);
  int attempts = 0;
  events.campaigns = [&](bool /*leads*/) {
    if (++attempts == 2) hear_of_marker();
    denied = attempts > 6;
    if (attempts == 12) campaign->stop();
  };
  run();
  EXPECT_FALSE(wrote_over_marker());
}

TEST_F(CampaignTest, ForgetsAMarkerWhenItsOwnWriteWasStored) {
  listen = true;
  bool denied = true;
  deny_reads_when(denied);
  int attempts = 0;
  int more = 0;
  events.campaigns = [&](bool /*leads*/) {
    if (++attempts == 1) hear_of_marker();
    if (key.value == "op2" && ++more == 6) campaign->stop();
  };
  on_won = [this] { take_by_another(); };
  run();
  EXPECT_THAT(told, Contains(StartsWith("lost")));
  EXPECT_FALSE(wrote_over_marker());
}

TEST_F(CampaignTest, ForgetsAMarkerWhenTheBucketDoes) {
  listen = true;
  ttl = milliseconds(30);
  take_by_another();
  bool denied = true;
  deny_reads_when(denied);
  broken = true;
  hear_of_marker();
  const auto until = BootClock::now() + 3 * ttl;
  int more = 0;
  events.campaigns = [&](bool /*leads*/) {
    broken = BootClock::now() < until;
    if (!broken && ++more == 6) campaign->stop();
  };
  run();
  EXPECT_FALSE(wrote_over_marker());
}

TEST_F(CampaignTest, StopsAsACandidateWithoutTouchingTheKey) {
  key.sequence = 5;
  key.value = "op2";
  int attempts = 0;
  events.campaigns = [&](bool leads) {
    EXPECT_FALSE(leads);
    if (++attempts == 3) campaign->stop();
  };
  run();
  EXPECT_TRUE(told.empty());
  EXPECT_TRUE(key.stored.empty());
}

TEST_F(CampaignTest, GivesBackAKeyThatItWonWhileItWasStopped) {
  events.campaigns = [&](bool /*leads*/) { campaign->stop(); };
  run();
  EXPECT_TRUE(told.empty());
  EXPECT_THAT(key.stored, ElementsAre("op1@1", "released@2"));
}

TEST_F(CampaignTest, GoesOnLeadingAfterAWriteWithoutAnswer) {
  silent_write = 3;  // the first renewal of a leader that was told
  int renewals = 0;
  events.campaigns = [&](bool leads) {
    if (leads && ++renewals == 3) campaign->stop();
  };
  run();
  EXPECT_THAT(told, ElementsAre("won", "failed: no answer", "lost: stopped"));
  EXPECT_EQ(key.stored.back().substr(0, 8), "released");
}

TEST_F(CampaignTest, WinsThroughItsOwnKeyThatItDoesNotKnowOf) {
  silent_write = 1;
  on_won = [this] { campaign->stop(); };
  run();
  EXPECT_THAT(told, ElementsAre("failed: no answer", "won", "lost: stopped"));
  EXPECT_THAT(key.stored, ElementsAre("op1@1", "op1@2", "op1@3", "released@4"));
}

TEST_F(CampaignTest, GivesBackAKeyThatItMayHaveWonWhileItWasStopped) {
  silent_write = 1;
  events.campaigns = [&](bool /*leads*/) { campaign->stop(); };
  run();
  EXPECT_THAT(key.stored, ElementsAre("op1@1", "released@2"));
}

TEST_F(CampaignTest, LeavesTheKeyToAnotherOfTheSameName) {
  silent_write = 1;
  events.campaigns = [&](bool /*leads*/) {
    key.run = "r2";
    campaign->stop();
  };
  bus.answering = [this, plain = bus.answering](const BusMessage& question) {
    auto answer = plain(question);
    key.run = "r2";
    return answer;
  };
  run();
  EXPECT_THAT(key.stored, ElementsAre("op1@1"));
}

TEST_F(CampaignTest, TellsOfABrokerThatDoesNotAnswer) {
  broken = true;
  int attempts = 0;
  events.campaigns = [&](bool /*leads*/) {
    if (++attempts == 2) campaign->stop();
  };
  run();
  EXPECT_THAT(told, Contains(HasSubstr("no answer")));
}

}  // namespace
}  // namespace fleetwatch::service
