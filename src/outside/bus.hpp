// A message broker (NATS): subjects, requests with one answer, subscriptions. Messages come in batches, since a broker
// can send more of them than an event loop can be woken for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "outside/answer.hpp"

namespace fleetwatch::outside {

struct BusHeader {
  std::string name;
  std::string value;
  bool operator==(const BusHeader&) const = default;
};

struct BusMessage {
  std::string subject;
  std::string reply;    // where an answer would go; empty: none is expected
  std::string payload;  // at most the broker's limit, usually 1 MiB
  std::vector<BusHeader> headers;
  int status = 0;  // of the header's first line, for example 503 (no responders) or 404; 0: none
  std::int64_t arrived_unix_ms = 0;
  Steady::time_point arrived;

  // The first header of that name; empty when there is none.
  std::string_view header(std::string_view name) const {
    for (const auto& one : headers) {
      if (one.name == name) return one.value;
    }
    return {};
  }
};

// Something that happened to the connection or to a subscription.
struct BusNotice {
  enum class Kind {
    disconnected,  // text: why, when that is known
    reconnected,   // text: the server's URL without user and password; what was sent in between is lost
    refused,       // the broker does not permit something; text: what it says
    slow,          // messages were dropped because nobody took them; counted in BusBatch::dropped
  };
  Kind kind = Kind::disconnected;
  std::string text;
};

struct BusBatch {
  std::vector<BusMessage> messages;  // in the order of arrival
  std::vector<BusNotice> notices;
  std::uint64_t dropped = 0;  // messages lost by this subscription since it began
};

class BusSubscription {
 public:
  virtual ~BusSubscription() = default;  // ends the subscription
  // Waits until there is a message or a notice, at most to the deadline: then an empty batch.
  virtual boost::asio::awaitable<BusBatch> next(Deadline deadline) = 0;
};

class Bus {
 public:
  virtual ~Bus() = default;  // closes the connection

  // Tries all servers, and again, until one answers: its URL without user and password.
  // Errors at the deadline: unavailable, denied (no server lets us in), timeout.
  virtual Answer<std::string> connect(Deadline deadline) = 0;
  // Subscriptions live through reconnects. Error: unavailable (not connected), malformed (no subject).
  virtual Result<std::unique_ptr<BusSubscription>> subscribe(std::string subject) = 0;
  // The first answer. A status of 503 is an answer: nobody listens, or it is not permitted. Errors: timeout,
  // unavailable.
  virtual Answer<BusMessage> request(BusMessage question, Deadline deadline) = 0;
  // A subject that is ours alone, a new one each time: to subscribe to for questions that bring many messages.
  virtual std::string inbox() = 0;
  // Handed to the broker (flushed), not confirmed by anybody. Errors: timeout, unavailable.
  virtual Answer<bool> publish(BusMessage message, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
