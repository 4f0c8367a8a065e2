// A broker for tests, without a network: answers from a function, messages when the test pushes them.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "outside/bus.hpp"

namespace fleetwatch::test {

class FakeBus final : public outside::Bus {
 public:
  using Answering = std::function<Result<outside::BusMessage>(const outside::BusMessage&)>;

  std::string url = "nats://broker1.example.net:4222";
  Answering answering = [](const outside::BusMessage& /*question*/) -> Result<outside::BusMessage> {
    outside::BusMessage nobody;
    nobody.status = 503;
    return nobody;
  };
  std::vector<outside::BusMessage> asked;      // requests, in order
  std::vector<outside::BusMessage> published;  // in order
  std::vector<std::string> subscribed;
  std::deque<outside::BusBatch> batches;  // what subscriptions give, one per `next`; then empty batches

  outside::Answer<std::string> connect(Deadline /*deadline*/) override { co_return url; }

  Result<std::unique_ptr<outside::BusSubscription>> subscribe(std::string subject) override {
    subscribed.push_back(std::move(subject));
    return std::unique_ptr<outside::BusSubscription>(std::make_unique<Subscription>(*this));
  }

  outside::Answer<outside::BusMessage> request(outside::BusMessage question, Deadline /*deadline*/) override {
    asked.push_back(question);
    co_return answering(question);
  }

  outside::Answer<bool> publish(outside::BusMessage message, Deadline /*deadline*/) override {
    published.push_back(std::move(message));
    co_return true;
  }

 private:
  class Subscription final : public outside::BusSubscription {
   public:
    explicit Subscription(FakeBus& bus) : bus_(bus) {}
    boost::asio::awaitable<outside::BusBatch> next(Deadline /*deadline*/) override {
      outside::BusBatch batch;
      if (!bus_.batches.empty()) {
        batch = std::move(bus_.batches.front());
        bus_.batches.pop_front();
      }
      co_return batch;
    }

   private:
    FakeBus& bus_;
  };
};

}  // namespace fleetwatch::test
