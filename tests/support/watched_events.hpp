// What watching events is tested with: a broker with a stream that can be lost, clocks in a hurry, and a watcher that
// remembers what it was shown.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/watch_events.hpp"
#include "support/fake_bus.hpp"
#include "support/run_task.hpp"

namespace fleetwatch::test {

inline constexpr const char* kRefused = "choria.lifecycle.event.> is refused by the test";

class Watcher final : public service::EventWatcher {
 public:
  std::vector<std::string> shown;  // identity, with a mark when it was stored
  std::vector<std::string> undecodable;
  std::vector<std::string> no_histories;
  std::vector<outside::BusNotice::Kind> notices;
  std::vector<std::string> missed;  // how many, or why that is not known
  std::string url;
  std::size_t enough = 1'000'000;

  void connected(const std::string& where) override { url = where; }
  void no_history(const Error& why) override { no_histories.push_back(why.what); }
  void noticed(const outside::BusNotice& notice) override { notices.push_back(notice.kind); }
  void caught_up(const Result<std::uint64_t>& read) override {
    missed.push_back(read ? std::to_string(*read) : read.error().what);
  }
  bool show(const service::EventBatch& batch, const service::WatchCounts& /*counts*/) override {
    for (const auto& one : batch.events) shown.push_back(one.event.identity + (one.stored ? " stored" : ""));
    for (const auto& one : batch.undecodable) undecodable.push_back(one.payload);
    return shown.size() < enough;
  }
};

inline outside::BusMessage startup(const std::string& identity, const std::string& component = "server") {
  outside::BusMessage message;
  message.subject = "choria.lifecycle.event.startup." + component;
  message.payload = fmt::format(R"({{"protocol":"io.choria.lifecycle.v1.startup","identity":"{}","component":"{}"}})",
                                identity, component);
  message.arrived = Steady::now();
  return message;
}

inline outside::BusMessage answer(std::string payload) {
  outside::BusMessage message;
  message.payload = std::move(payload);
  return message;
}

// Half a second passes between any two looks at it.
class HastyClock final : public Clock {
 public:
  std::int64_t unix_ms() const override { return 0; }
  Steady::time_point monotonic() const override { return now_ += milliseconds(500); }

 private:
  mutable Steady::time_point now_ = Steady::now();
};

// As hasty, and told to jump.
class JumpingClock final : public Clock {
 public:
  explicit JumpingClock(const milliseconds& jumped) : jumped_(jumped) {}
  std::int64_t unix_ms() const override { return 0; }
  Steady::time_point monotonic() const override { return hasty_.monotonic() + jumped_; }

 private:
  HastyClock hasty_;
  const milliseconds& jumped_;
};

class WatchEvents : public ::testing::Test {
 protected:
  FakeBus bus_;
  Watcher watcher_;
  service::WatchCounts counts_;
  service::WatchOptions options_;
  std::vector<outside::BusMessage> stored_;  // by sequence, the first is 1
  std::vector<std::uint64_t> ends_ = {0};    // answers of the stream's last sequence, the last one again and again

  Result<void> run(const Clock& clock = SystemClock()) {
    bus_.batches.push_back(
        {{}, {{outside::BusNotice::Kind::refused, kRefused}}, bus_.batches.empty() ? 0 : bus_.batches.back().dropped});
    boost::asio::io_context loop;
    return run_task(loop, service::watch_events(bus_, clock, options_, watcher_, counts_));
  }

  void live(std::vector<outside::BusMessage> messages) { bus_.batches.push_back({std::move(messages), {}, 0}); }

  void reconnect(std::vector<outside::BusMessage> messages = {}) {
    bus_.batches.push_back(
        {std::move(messages),
         {{outside::BusNotice::Kind::disconnected, ""}, {outside::BusNotice::Kind::reconnected, bus_.url}},
         0});
  }

  // The broker has the stream: what is stored from a place on is pushed in one batch when a consumer is made.
  void with_stream() {
    bus_.answering = [this](const outside::BusMessage& question) -> Result<outside::BusMessage> {
      if (question.subject.starts_with("$JS.API.STREAM.INFO.")) {
        const auto last = ends_.front();
        if (ends_.size() > 1) ends_.erase(ends_.begin());
        return answer(fmt::format(R"({{"state":{{"messages":{0},"last_seq":{0}}}}})", last));
      }
      outside::BusBatch pushed;
      const SystemClock clock;
      const auto first = first_wanted(question.payload);
      for (std::size_t i = first - 1; i < stored_.size(); ++i) {
        pushed.messages.push_back(stored_[i]);
        pushed.messages.back().reply = fmt::format("$JS.ACK.CHORIA_EVENTS.C.1.{0}.{3}.{1}.{2}", i + 1,
                                                   clock.unix_ms() * 1'000'000, stored_.size() - i - 1, i + 2 - first);
      }
      bus_.batches_of[bus_.subscribed.back()].push_back(std::move(pushed));
      return answer(fmt::format(R"({{"name":"C","num_pending":{}}})", stored_.size() + 1 - first));
    };
  }

  void with_history() {
    options_.since = std::chrono::hours(1);
    with_stream();
  }

  // Of the stream's numbers, which begin with 1.
  static std::size_t first_wanted(const std::string& consumer) {
    constexpr std::string_view kKey = "\"opt_start_seq\":";
    const auto found = consumer.find(kKey);
    return found == std::string::npos ? 1 : std::stoul(consumer.substr(found + kKey.size()));
  }
};

}  // namespace fleetwatch::test
