// One connection to one NATS server, from its making to its end: the handles and callbacks of the NATS library. It does
// not reconnect; whoever owns it makes the next one.
//
// The functions may block for as long as they say, so they belong on a thread of their own.
#pragma once

#include <nats/nats.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/broker.hpp"
#include "outside/bus.hpp"

namespace fleetwatch::io {

// Called by threads of the library, some of them a little after the session is gone; so they are owned by the library
// until the last one was called.
struct NatsSessionEvents {
  std::function<void(std::string why)> lost;      // once, also when we close
  std::function<void(std::string what)> refused;  // the broker does not permit something
};

struct NatsTimes {
  milliseconds connect{2'000};  // one server
  milliseconds ping{30'000};    // a server that leaves two unanswered is lost
};

struct FreeNatsSubscription {
  void operator()(natsSubscription* subscription) const { natsSubscription_Destroy(subscription); }
};
using NatsSubscription = std::unique_ptr<natsSubscription, FreeNatsSubscription>;

// What becomes of the messages of a subscription. Owned by the library until its thread has ended.
class NatsReceiver {
 public:
  virtual ~NatsReceiver() = default;
  virtual void receive(outside::BusMessage message) = 0;
  virtual void dropped(std::uint64_t count) = 0;  // by the library in this session, in all
};

class NatsSession {
 public:
  // Blocks at most for the time to connect, twice where a server wants TLS unasked. Errors: denied, timeout,
  // unavailable; not_found and malformed for a file of the settings.
  static Result<NatsSession> open(const model::BrokerServer& server, const model::BrokerSettings& settings,
                                  const NatsTimes& times, const NatsSessionEvents& events);

  // Error: unavailable.
  Result<NatsSubscription> subscribe(const std::string& subject, std::shared_ptr<NatsReceiver> receiver);
  // Into the library's buffer. Errors: unavailable, malformed, too_large.
  Result<void> publish(const outside::BusMessage& message);
  // Until the server has read all of it. Errors: timeout, unavailable.
  Result<void> flush(milliseconds timeout);
  // Servers of the same cluster that this one has told of: "nats://host:port".
  std::vector<std::string> discovered() const;

 private:
  struct FreeConnection {
    void operator()(natsConnection* connection) const { natsConnection_Destroy(connection); }
  };
  using Connection = std::unique_ptr<natsConnection, FreeConnection>;
  explicit NatsSession(Connection connection) : connection_(std::move(connection)) {}

  Connection connection_;
};

}  // namespace fleetwatch::io
