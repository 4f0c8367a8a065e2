// A broker for tests, without a network: answers from a function, messages when the test pushes them.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "outside/bus.hpp"

namespace fleetwatch::test {

class FakeBus : public outside::Bus {
 public:
  using Answering = std::function<Result<outside::BusMessage>(const outside::BusMessage&)>;

  std::string url = "nats://broker1.example.net:4222";
  std::optional<Error> refusing = {};  // why it cannot be connected
  Answering answering = [](const outside::BusMessage& /*question*/) -> Result<outside::BusMessage> {
    outside::BusMessage nobody;
    nobody.status = 503;
    return nobody;
  };
  std::vector<outside::BusMessage> asked;      // requests, in order
  std::vector<outside::BusMessage> published;  // in order
  std::vector<std::string> subscribed;
  std::vector<Deadline> deadlines;        // of all that was waited for but the connection, in order
  std::deque<outside::BusBatch> batches;  // what subscriptions give, one per `next`; then empty batches
  std::map<std::string, std::deque<outside::BusBatch>> batches_of = {};  // the same for one subject: before `batches`
  std::function<void(const outside::BusMessage&)> publishing = [](const outside::BusMessage& /*message*/) {};

  outside::Answer<std::string> connect(Deadline /*deadline*/) override {
    if (refusing) co_return *refusing;
    co_return url;
  }

  Result<std::unique_ptr<outside::BusSubscription>> subscribe(std::string subject) override {
    subscribed.push_back(std::move(subject));
    return std::unique_ptr<outside::BusSubscription>(std::make_unique<Subscription>(*this, subscribed.back()));
  }

  std::string inbox() override { return "_INBOX.many." + std::to_string(next_inbox_++); }

  outside::Answer<outside::BusMessage> request(outside::BusMessage question, Deadline deadline) override {
    deadlines.push_back(deadline);
    asked.push_back(question);
    co_return answering(question);
  }

  outside::Answer<bool> publish(outside::BusMessage message, Deadline deadline) override {
    deadlines.push_back(deadline);
    published.push_back(message);
    publishing(message);
    co_return true;
  }

 private:
  class Subscription final : public outside::BusSubscription {
   public:
    Subscription(FakeBus& bus, std::string subject) : bus_(bus), subject_(std::move(subject)) {}
    boost::asio::awaitable<outside::BusBatch> next(Deadline deadline) override {
      bus_.deadlines.push_back(deadline);
      const auto own = bus_.batches_of.find(subject_);
      auto& waiting = own == bus_.batches_of.end() ? bus_.batches : own->second;
      outside::BusBatch batch;
      if (!waiting.empty()) {
        batch = std::move(waiting.front());
        waiting.pop_front();
      }
      co_return batch;
    }

   private:
    FakeBus& bus_;
    std::string subject_;
  };

  std::size_t next_inbox_ = 1;
};

}  // namespace fleetwatch::test
