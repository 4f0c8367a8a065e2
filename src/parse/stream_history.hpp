// What a NATS server answers while a stream of it is read back: where the stream ends, the consumer that reads it, and
// what each delivered message tells of its place.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct StreamEnd {
  std::uint64_t messages = 0;
  std::uint64_t last_sequence = 0;  // of the newest message ever stored
  // Nothing that was stored since then was removed; absent: it does not say, or has removed messages in between.
  std::optional<std::int64_t> complete_since_unix_ms;
};
// The answer to STREAM.INFO. Errors: not_found (no such stream), unavailable (it says why), malformed.
Result<StreamEnd> parse_stream_end(std::string_view json);

struct StreamConsumer {
  std::string name;
  std::uint64_t pending = 0;  // messages it will deliver, as far as they are stored already
};
// The answer to CONSUMER.CREATE. Errors: as above.
Result<StreamConsumer> parse_stream_consumer(std::string_view json);

// From the reply subject of a delivered message: $JS.ACK.<stream>.<consumer>.<times>.<in stream>.<to
// us>.<time>.<pending>, with the domain and the account behind the second word where newer servers say them.
struct Delivery {
  std::uint64_t stream_sequence = 0;
  std::uint64_t consumer_sequence = 0;  // counts from 1 without gaps
  std::int64_t stored_unix_ms = 0;
  std::uint64_t pending = 0;  // still to come
};
std::optional<Delivery> parse_delivery(std::string_view reply_subject);

}  // namespace fleetwatch::parse
