#include "service/provisioning_events.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <utility>

#include "base/rfc3339.hpp"
#include "support/fake_bus.hpp"
#include "support/run_task.hpp"

namespace fleetwatch::service {
namespace {

using outside::BusBatch;
using outside::BusMessage;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kNow = std::int64_t{1'800'000'000} * 1000;

class FixedClock final : public Clock {
 public:
  std::int64_t unix_ms() const override { return unix_now; }
  std::int64_t unix_now = kNow;
  Steady::time_point monotonic() const override { return now; }
  Steady::time_point now = Steady::now();
};

BusMessage answer(std::string payload) {
  BusMessage message;
  message.payload = std::move(payload);
  return message;
}

class Provisioning : public testing::Test {
 protected:
  struct Stored {
    std::string subject;
    std::string payload;
    std::int64_t stored_unix_ms = 0;
    std::uint64_t sequence = 0;
  };

  FixedClock clock_;
  test::FakeBus* bus_ = nullptr;  // the newest
  ProvisioningEventsOptions options_;
  std::vector<Stored> stored_;
  std::uint64_t last_ = 0;
  std::int64_t complete_since_ = kNow - 600 * kMinuteMs;
  bool has_stream_ = true;
  std::uint64_t lose_ = 0;  // so many messages never arrive
  std::optional<Error> refusing_;
  std::vector<BusMessage> live_;
  std::size_t buses_ = 0;
  std::vector<std::string> consumers_;
  std::optional<ProvisioningEvents> events_;

  void store(const std::string& type, const std::string& name, std::int64_t at,
             const std::string& component = "provision_mode_server") {
    stored_.push_back(
        {fmt::format("choria.lifecycle.event.{}.{}", type, component), event(type, name, component), at, ++last_});
  }

  static std::string event(const std::string& type, const std::string& name,
                           const std::string& component = "provision_mode_server") {
    return fmt::format(R"({{"protocol":"io.choria.lifecycle.v1.{}","identity":"{}","component":"{}"}})", type, name,
                       component);
  }

  std::unique_ptr<outside::Bus> make_bus() {
    ++buses_;
    auto bus = std::make_unique<test::FakeBus>();
    bus->refusing = refusing_;
    bus->answering = [this, made = bus.get()](const BusMessage& question) { return answer_to(*made, question); };
    bus->batches.push_back({live_, {}, 0});
    bus_ = bus.get();
    return bus;
  }

  Result<BusMessage> answer_to(test::FakeBus& bus, const BusMessage& question) {
    if (!has_stream_) {
      BusMessage nobody;
      nobody.status = 503;
      return nobody;
    }
    if (question.subject.starts_with("$JS.API.STREAM.INFO.")) {
      return answer(fmt::format(R"({{"created":"{}","state":{{"messages":{},"first_seq":1,"last_seq":{}}}}})",
                                rfc3339(complete_since_), last_, last_));
    }
    consumers_.push_back(question.payload);
    BusBatch pushed;
    for (const auto& one : stored_) {
      if (!wanted(one, question.payload)) continue;
      BusMessage message = answer(one.payload);
      message.reply = fmt::format("$JS.ACK.CHORIA_EVENTS.C.1.{}.{}.{}.0", one.sequence,
                                  pushed.messages.size() + 1 + lose_, one.stored_unix_ms * 1'000'000);
      pushed.messages.push_back(std::move(message));
    }
    const auto pending = pushed.messages.size() + lose_;
    bus.batches_of[bus.subscribed.back()].push_back(std::move(pushed));
    return answer(fmt::format(R"({{"name":"C","num_pending":{}}})", pending));
  }

  static bool wanted(const Stored& one, const std::string& consumer) {
    constexpr std::string_view kKey = "\"opt_start_seq\":";
    const auto found = consumer.find(kKey);
    if (found != std::string::npos && one.sequence < std::stoul(consumer.substr(found + kKey.size()))) return false;
    const auto pattern = one.subject.ends_with(".provision_mode_server")
                             ? std::string("choria.lifecycle.event.*.provision_mode_server")
                             : one.subject;
    return consumer.find("\"filter_subject\":\"" + pattern + "\"") != std::string::npos;
  }

  // "name state startup" of each waiting server.
  std::vector<std::string> update(const std::vector<std::string>& waiting) {
    if (!events_) events_.emplace([this] { return make_bus(); }, clock_, options_);
    boost::asio::io_context loop;
    const auto updating = [this]() -> boost::asio::awaitable<bool> {
      co_await events_->update();
      co_return true;
    };
    test::run_task(loop, updating());
    told_ = {};
    for (const auto& name : waiting) {
      model::BrokerConnection one;
      one.name = name;
      one.connected_at = rfc3339(kNow - 10 * kMinuteMs);
      one.connected_ms = 10 * kMinuteMs;
      told_.waiting.push_back(one);
    }
    events_->tell(told_);
    std::vector<std::string> shown;
    for (const auto& one : told_.waiting) {
      const auto* startup = !one.startup_seen ? "unknown" : *one.startup_seen ? "seen" : "not seen";
      shown.push_back(fmt::format("{} {} {}", one.name, one.state.value_or("unknown"), startup));
    }
    return shown;
  }

  model::BrokerConnections told_;
};

TEST_F(Provisioning, ReadsTheStreamAndThenWhatCame) {
  store("startup", "n1", kNow - 9 * kMinuteMs);
  store("startup", "n3", kNow - 9 * kMinuteMs);
  store("provisioned", "n3", kNow - 8 * kMinuteMs);
  store("shutdown", "n3", kNow - 8 * kMinuteMs);
  store("startup", "n3", kNow - 7 * kMinuteMs, "server");
  EXPECT_THAT(update({"n1", "n2"}), ElementsAre("n1 waiting seen", "n2 waiting not seen"));
  ASSERT_EQ(told_.left->size(), 1U);
  EXPECT_EQ(told_.left->front().state, "back");
  EXPECT_EQ(told_.events_error, std::nullopt);
  EXPECT_EQ(told_.events_since, rfc3339(complete_since_));
  EXPECT_EQ(consumers_.size(), 2U);

  store("provisioned", "n1", kNow - kMinuteMs);
  store("startup", "n2", kNow - kMinuteMs);
  EXPECT_THAT(update({"n1", "n2"}), ElementsAre("n1 provisioned seen", "n2 waiting seen"));
  ASSERT_EQ(consumers_.size(), 4U);
  EXPECT_THAT(consumers_.back(), HasSubstr("\"opt_start_seq\":6"));
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 provisioned seen"));
  EXPECT_EQ(consumers_.size(), 4U);  // nothing came
  EXPECT_EQ(buses_, 1U);
}

TEST_F(Provisioning, AStreamThatWasMadeAnewIsReadAnew) {
  store("startup", "n1", kNow - 9 * kMinuteMs);
  store("startup", "n1", kNow - 8 * kMinuteMs);
  static_cast<void>(update({}));
  stored_.clear();
  last_ = 0;
  complete_since_ = kNow - 5 * kMinuteMs;
  store("startup", "n2", kNow - 4 * kMinuteMs);
  EXPECT_THAT(update({"n1", "n2"}), ElementsAre("n1 unknown unknown", "n2 waiting seen"));
}

TEST_F(Provisioning, WithoutAStreamNothingIsClaimed) {
  has_stream_ = false;
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 unknown unknown"));
  EXPECT_THAT(told_.events_error.value_or(""), HasSubstr("no streams"));
  EXPECT_EQ(told_.left, std::nullopt);
}

TEST_F(Provisioning, WithoutAStreamItListens) {
  has_stream_ = false;
  live_ = {answer(event("startup", "n1")), answer("no event"), answer(event("provisioned", "n1"))};
  for (auto& one : live_) one.arrived_unix_ms = kNow - kMinuteMs;
  options_.listen = true;
  EXPECT_THAT(update({"n1", "n2"}), ElementsAre("n1 provisioned seen", "n2 unknown unknown"));
  EXPECT_THAT(told_.events_error.value_or(""), HasSubstr("no streams"));
}

class Listening : public Provisioning {
 protected:
  using Kind = outside::BusNotice::Kind;

  void SetUp() override {
    has_stream_ = false;
    options_.listen = true;
    live_ = {live("startup")};
    ASSERT_THAT(update({"n1"}), ElementsAre("n1 waiting seen"));
  }

  static BusMessage live(const std::string& type) {
    auto message = answer(event(type, "n1"));
    message.arrived_unix_ms = kNow - kMinuteMs;
    return message;
  }

  std::vector<std::string> after(BusBatch batch) {
    bus_->batches.push_back(std::move(batch));
    return update({"n1"});
  }
};

TEST_F(Listening, NothingIsToldWithoutAConnection) {
  EXPECT_THAT(after({{}, {{Kind::disconnected, ""}}, 0}), ElementsAre("n1 unknown unknown"));
  EXPECT_EQ(told_.left, std::nullopt);
  EXPECT_THAT(after({{}, {{Kind::reconnected, ""}}, 0}), ElementsAre("n1 unknown unknown"));
  EXPECT_NE(told_.left, std::nullopt);
  EXPECT_THAT(after({{live("provisioned")}, {}, 0}), ElementsAre("n1 provisioned unknown"));
}

TEST_F(Listening, StatesAreForgottenWhereEventsMayBeMissing) {
  EXPECT_THAT(after({{live("startup")}, {{Kind::disconnected, ""}, {Kind::reconnected, ""}}, 0}),
              ElementsAre("n1 unknown unknown"));
  EXPECT_THAT(after({{live("startup")}, {{Kind::refused, "x"}}, 0}), ElementsAre("n1 waiting seen"));
  EXPECT_THAT(after({{}, {{Kind::slow, ""}}, 0}), ElementsAre("n1 unknown unknown"));
  EXPECT_THAT(after({{live("startup")}, {}, 0}), ElementsAre("n1 waiting seen"));
  EXPECT_THAT(after({{live("alive")}, {}, 1}), ElementsAre("n1 unknown unknown"));
  EXPECT_THAT(after({{live("startup")}, {}, 1}), ElementsAre("n1 waiting seen"));
}

TEST_F(Provisioning, WhatIsOlderThanWasAskedForIsForgotten) {
  options_.since = milliseconds(20 * kMinuteMs);
  store("provisioned", "n1", kNow - 19 * kMinuteMs);
  store("startup", "n1", kNow - 18 * kMinuteMs, "server");
  static_cast<void>(update({}));
  EXPECT_EQ(told_.left->size(), 1U);
  EXPECT_EQ(told_.events_since, rfc3339(kNow - 20 * kMinuteMs));
  clock_.unix_now += 3 * kMinuteMs;
  static_cast<void>(update({}));
  EXPECT_EQ(told_.left->size(), 0U);
  EXPECT_EQ(told_.events_since, rfc3339(kNow - 17 * kMinuteMs));
}

TEST_F(Provisioning, NothingWaitsBeyondTheDeadline) {
  store("startup", "n1", kNow - 9 * kMinuteMs);
  static_cast<void>(update({"n1"}));
  EXPECT_GE(bus_->deadlines.size(), 6U);  // the end of the stream; for each subject a consumer and its end; messages
  EXPECT_LE(*std::max_element(bus_->deadlines.begin(), bus_->deadlines.end()), clock_.now + options_.timeout);
}

TEST_F(Provisioning, WhatIsOldIsNotToldWhileTheStreamIsAway) {
  store("startup", "n1", kNow - 9 * kMinuteMs);
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 waiting seen"));
  has_stream_ = false;
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 unknown unknown"));
  EXPECT_NE(told_.events_error, std::nullopt);
  has_stream_ = true;
  store("shutdown", "n1", kNow - kMinuteMs);
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 gone seen"));
}

TEST_F(Provisioning, LostEventsAreNoStates) {
  store("startup", "n1", kNow - 9 * kMinuteMs);
  lose_ = 1;
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 unknown unknown"));
  EXPECT_THAT(told_.events_error.value_or(""), HasSubstr("lost"));
}

TEST_F(Provisioning, ABrokerThatIsGoneIsTriedAgain) {
  refusing_ = Error{ErrorKind::unavailable, "connection refused", "nats://b1:4222"};
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 unknown unknown"));
  EXPECT_THAT(told_.events_error.value_or(""), HasSubstr("connection refused"));
  bus_->refusing.reset();
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 waiting not seen"));
  EXPECT_EQ(buses_, 1U) << "to end one keeps everything waiting";
}

TEST_F(Provisioning, EventsBeforeTheTimeThatWasAskedForAreUnknown) {
  complete_since_ = kNow - 600 * kMinuteMs;
  options_.since = milliseconds(5 * kMinuteMs);
  EXPECT_THAT(update({"n1"}), ElementsAre("n1 unknown unknown"));
}

}  // namespace
}  // namespace fleetwatch::service
