// Reads back what a stream of the broker keeps, in order, up to a message that the caller names.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "outside/bus.hpp"
#include "parse/stream_history.hpp"

namespace fleetwatch::service {

struct StoredMessage {
  outside::BusMessage message;  // its arrival is when the stream stored it
  std::uint64_t sequence = 0;   // in the stream
};

struct HistoryRequest {
  std::string stream;
  std::string subject;  // pattern of what is wanted
  std::int64_t since_unix_ms = 0;
  std::uint64_t first_sequence = 0;       // in place of the time, when it is not 0
  std::uint64_t last_sequence = 0;        // nothing newer is given
  milliseconds quiet{5'000};              // the broker may be silent for this long; beyond it is given up
  std::optional<Deadline> deadline = {};  // of all of it
};

struct HistoryRead {
  std::uint64_t messages = 0;
  std::uint64_t lost = 0;  // on the way to us
};

// Errors: not_found (no such stream), unavailable (the broker has no streams, does not permit it, or was lost),
// timeout, malformed.
outside::Answer<parse::StreamEnd> stream_end(outside::Bus& bus, std::string stream, Deadline deadline);

// Gives the messages in batches to `take`, which says whether it wants more. Errors: as above.
outside::Answer<HistoryRead> read_history(outside::Bus& bus, HistoryRequest request,
                                          std::function<bool(std::vector<StoredMessage>)> take);

}  // namespace fleetwatch::service
