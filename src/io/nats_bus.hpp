// A message broker through the NATS library.
//
// Everything that may block runs on one thread of the bus: connecting, sending, unsubscribing. What arrives comes on
// threads of the library and goes to the event loop in batches. The bus itself is used by the event loop's thread
// alone, which never waits for the broker; only the destructor does: for one attempt to connect, if one is under way.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "io/nats_feed.hpp"
#include "io/nats_session.hpp"
#include "model/broker.hpp"
#include "outside/bus.hpp"

namespace fleetwatch::io {

struct NatsBusOptions {
  model::BrokerSettings settings;
  NatsTimes times;
  NatsFeed::Limits limits;  // of each subscription
  // How long to wait after all servers were tried in vain; `failures` counts such rounds since the last connection.
  std::function<milliseconds(std::size_t failures)> delay = [](std::size_t /*failures*/) { return milliseconds(500); };
  // Called on the bus's thread after a round in vain, with what the last server said.
  std::function<void(const Error& problem)> in_vain = [](const Error& /*problem*/) {};
  // A connect that no server lets in ends at once, instead of going on to its deadline.
  bool give_up_when_denied = true;
};

class NatsBus final : public outside::Bus {
 public:
  explicit NatsBus(NatsBusOptions options);
  NatsBus(const NatsBus&) = delete;
  NatsBus& operator=(const NatsBus&) = delete;
  ~NatsBus() override;

  outside::Answer<std::string> connect(Deadline deadline) override;
  Result<std::unique_ptr<outside::BusSubscription>> subscribe(std::string subject) override;
  outside::Answer<outside::BusMessage> request(outside::BusMessage question, Deadline deadline) override;
  std::string inbox() override;
  outside::Answer<bool> publish(outside::BusMessage message, Deadline deadline) override;

 private:
  class Core;
  class Subscription;

  std::shared_ptr<Core> core_;  // shared with callbacks of the library
};

}  // namespace fleetwatch::io
