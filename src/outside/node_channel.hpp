// A way to ask a node for its report. Today over ssh; `service` never names the transport.
#pragma once

#include <string>
#include <variant>

#include "model/snapshot.hpp"
#include "outside/answer.hpp"

namespace fleetwatch::outside {

// The bytes of one whole JSON object as a node sent them, and when.
struct RawReport {
  std::string json;
  std::int64_t arrived_unix_ms = 0;  // last byte
  std::int64_t round_trip_ms = 0;    // from the first mark to the last byte
};

struct AskFailure {
  model::Failure failure;
  bool connection_problem = false;  // asking again may help
};

using AskResult = std::variant<RawReport, AskFailure>;

class NodeChannel {
 public:
  virtual ~NodeChannel() = default;
  // One attempt. Ends by the deadline with reason timeout (not logged in) or node_timeout (logged in).
  virtual boost::asio::awaitable<AskResult> ask(const model::InventoryNode& node, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
