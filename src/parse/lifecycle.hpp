// Lifecycle events as they come from a broker, in both encodings.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "model/lifecycle.hpp"
#include "parse/cloud_event.hpp"

namespace fleetwatch::parse {

// One decoder for many events: it keeps its buffers. Used on one thread.
class LifecycleDecoder {
 public:
  // The payload of one message. Errors: malformed, saying what; too_large above limits::kEventBytes.
  Result<model::LifecycleEvent> decode(std::string_view payload);

 private:
  Result<model::LifecycleEvent> decode_value(simdjson::dom::element value, std::size_t level);

  // One for the message, one for a CloudEvent inside it, one for what that holds.
  std::array<EventJson, 3> levels_;
};

}  // namespace fleetwatch::parse
