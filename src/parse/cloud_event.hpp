// CloudEvents 1.0 in JSON, as Choria wraps its messages in them.
#pragma once

#include <simdjson.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

// One parser for many documents from a broker: it keeps its buffers. Used on one thread.
class EventJson {
 public:
  // What it gives lives until the next call. Bytes that are not UTF-8 become U+FFFD. Errors: malformed; too_large above
  // limits::kEventBytes.
  Result<simdjson::dom::element> read(std::string_view document);

 private:
  static constexpr std::size_t kUsualBytes = 4096;

  simdjson::dom::parser parser_;
};

// What counts in the envelope of a CloudEvent; beside the elements of a document, which must live as long.
struct CloudEnvelope {
  std::string content_type;
  std::optional<simdjson::dom::element> data;
  std::optional<std::string> data_base64;
};

// Whether the document says that it is a CloudEvent 1.0.
bool is_cloud_event(const simdjson::dom::object& document);

// Error: malformed, saying which attribute and why.
Result<CloudEnvelope> read_cloud_envelope(const simdjson::dom::object& document);

// What the CloudEvent holds. It is of the same document, or read with `inner`. Error: malformed.
Result<simdjson::dom::element> cloud_data(const CloudEnvelope& envelope, EventJson& inner);

// The first member of that name, as text; nothing when there is none or it is something else.
std::optional<std::string_view> first_text(const simdjson::dom::object& document, std::string_view key);

// A text that may be null, which changes nothing. False: it is something else.
bool read_text(simdjson::dom::element value, std::string& target);

template <class Number>
bool read_number(simdjson::dom::element value, Number& target) {
  if (value.is_null()) return true;
  // A double would be taken for an integer when it has no fraction.
  return value.type() != simdjson::dom::element_type::DOUBLE && value.get(target) == simdjson::SUCCESS;
}

// Foreign text inside an error: quoted, and not too long.
std::string in_quotes(std::string_view text);

}  // namespace fleetwatch::parse
