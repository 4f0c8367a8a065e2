// Lifecycle events as they come from a broker, in both encodings.
#pragma once

#include <simdjson.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/lifecycle.hpp"

namespace fleetwatch::parse {

// One decoder for many events: it keeps its buffers. Used on one thread.
class LifecycleDecoder {
 public:
  // The payload of one message. Errors: malformed, saying what; too_large above limits::kEventBytes.
  Result<model::LifecycleEvent> decode(std::string_view payload);

 private:
  static constexpr std::size_t kUsualBytes = 4096;

  Result<simdjson::dom::element> read(std::string_view document, std::size_t level);
  Result<model::LifecycleEvent> decode_text(std::string_view document, std::size_t level);
  Result<model::LifecycleEvent> decode_value(simdjson::dom::element value, std::size_t level);
  Result<model::LifecycleEvent> decode_data(std::string_view content_type, std::optional<simdjson::dom::element> data,
                                            const std::optional<std::string>& data_base64, std::size_t level);

  // One for the message, one for a CloudEvent inside it, one for what that holds.
  std::array<simdjson::dom::parser, 3> parsers_;
};

}  // namespace fleetwatch::parse
