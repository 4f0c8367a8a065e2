#include "parse/lifecycle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/rfc3339.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "parse/base64.hpp"

namespace fleetwatch::parse {

namespace {

using model::EventType;
using model::LifecycleEvent;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view kLegacyProtocol = "choria:lifecycle";

Error malformed(std::string what) { return {ErrorKind::malformed, std::move(what)}; }

Error unknown_format() { return malformed("neither a lifecycle event nor a CloudEvent 1.0 that holds one"); }

// Foreign text inside an error.
std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", text.substr(0, limits::kMessageBytes)); }

// The first member of that name, as text; nothing when there is none or it is something else.
std::optional<std::string_view> first_text(const object& document, std::string_view key) {
  for (const auto member : document) {
    if (member.key != key) continue;
    std::string_view text;
    if (member.value.get(text) != simdjson::SUCCESS) return std::nullopt;
    return text;
  }
  return std::nullopt;
}

// io.choria.lifecycle.v1.<type>, or choria:lifecycle:<type>:1 of old times.
Result<EventType> type_of(std::string_view protocol) {
  const bool legacy = protocol.starts_with(kLegacyProtocol);
  const auto parts = split(protocol, legacy ? ':' : '.');
  const auto type = parts.size() == (legacy ? 4U : 5U) ? model::event_type(parts[legacy ? 2 : 4]) : std::nullopt;
  if (!type) return malformed("unknown protocol " + in_quotes(protocol));
  const auto expected = legacy ? fmt::format("{}:{}:1", kLegacyProtocol, name_of(*type))
                               : fmt::format("{}.v1.{}", model::kEventProtocol, name_of(*type));
  if (protocol != expected) return malformed("protocol of another version: " + in_quotes(protocol));
  return *type;
}

// A text that may be null. False: it is something else.
bool read_text(element value, std::string& target) {
  std::string_view text;
  if (value.is_null()) return true;
  if (value.get(text) != simdjson::SUCCESS) return false;
  target = text;
  return true;
}

template <class Number>
bool read_number(element value, Number& target) {
  if (value.is_null()) return true;
  // A double would be taken for an integer when it has no fraction.
  return value.type() != simdjson::dom::element_type::DOUBLE && value.get(target) == simdjson::SUCCESS;
}

bool has_version(EventType type) {
  return type == EventType::startup || type == EventType::alive || type == EventType::upgraded;
}

// One member of the document; false when its value has the wrong type. Members that the type does not have are ignored.
bool read_member(std::string_view key, element value, LifecycleEvent& event) {
  if (key == "id") return read_text(value, event.id);
  if (key == "identity") return read_text(value, event.identity);
  if (key == "component") return read_text(value, event.component);
  if (key == "timestamp") return read_number(value, event.timestamp_unix_sec);
  if (key == "version" && has_version(event.type)) return read_text(value, event.version);
  if (key == "new_version" && event.type == EventType::upgraded) return read_text(value, event.new_version);
  if (event.type != EventType::governor) return true;
  if (key == "governor") return read_text(value, event.governor);
  if (key == "sequence") return read_number(value, event.sequence);
  if (key == "event_type") return read_text(value, event.stage);
  return true;
}

Result<LifecycleEvent> decode_classic(const object& document, std::string_view protocol) {
  const auto type = type_of(protocol);
  if (!type) return type.error();
  LifecycleEvent event;
  event.type = *type;
  for (const auto member : document) {
    if (member.key == "protocol") {
      std::string last;
      if (!read_text(member.value, last) || last != protocol) return malformed("two different protocols");
    } else if (!read_member(member.key, member.value, event)) {
      return malformed(fmt::format("{} has the wrong type", in_quotes(member.key)));
    }
  }
  if (event.type == EventType::governor && event.governor.empty())
    return malformed("a governor event without a governor");
  return event;
}

// What counts in the envelope of a CloudEvent.
struct Envelope {
  std::string content_type;
  std::optional<element> data;
  std::optional<std::string> data_base64;
};

Result<void> read_attribute(std::string_view key, element value, Envelope& envelope) {
  std::string text;
  if (key == "data") {
    if (!value.is_null()) envelope.data = value;
    return {};
  }
  const bool known = key == "specversion" || key == "id" || key == "source" || key == "type" || key == "subject" ||
                     key == "dataschema" || key == "datacontenttype" || key == "time" || key == "data_base64";
  if (!known) {
    if (value.is_object() || value.is_array()) return malformed(in_quotes(key) + " is no value of a CloudEvent");
    return {};
  }
  if (!read_text(value, text)) return malformed(in_quotes(key) + " has the wrong type");
  if (key == "time" && !parse_rfc3339_ms(text))
    return malformed("the time of the CloudEvent is none: " + in_quotes(text));
  if (key == "datacontenttype") envelope.content_type = std::move(text);
  if (key == "data_base64") envelope.data_base64 = std::move(text);
  return {};
}

Result<Envelope> read_envelope(const object& document) {
  Envelope envelope;
  int versions = 0;
  int content_types = 0;
  for (const auto member : document) {
    versions += member.key == "specversion" ? 1 : 0;
    content_types += member.key == "datacontenttype" ? 1 : 0;
    if (versions > 1 || content_types > 1) return malformed(in_quotes(member.key) + " twice");
    if (const auto read = read_attribute(member.key, member.value, envelope); !read) return read.error();
  }
  return envelope;
}

bool is_json(std::string_view content_type) {
  const auto media_type = lower(trim(content_type.substr(0, content_type.find(';'))));
  return media_type.empty() || media_type == "application/json" || media_type == "text/json" ||
         media_type.ends_with("+json");
}

}  // namespace

Result<element> LifecycleDecoder::read(std::string_view document, std::size_t level) {
  auto& parser = parsers_.at(level);
  if (parser.capacity() < document.size() || parser.max_depth() != limits::kEventDepth) {
    const auto code = parser.allocate(std::max(document.size(), kUsualBytes), limits::kEventDepth);
    if (code != simdjson::SUCCESS) return Error{ErrorKind::too_large, simdjson::error_message(code)};
  }
  element root;
  auto code = parser.parse(document.data(), document.size()).get(root);
  if (code == simdjson::UTF8_ERROR) {
    // What is not UTF-8 is no reason to lose an event; three bytes take the place of one.
    const auto repaired = repair_utf8(document);
    if (repaired.size() > parser.capacity()) return read(repaired, level);
    code = parser.parse(repaired).get(root);
  }
  if (code != simdjson::SUCCESS) return malformed("not JSON");
  return root;
}

Result<LifecycleEvent> LifecycleDecoder::decode(std::string_view payload) {
  if (payload.size() > limits::kEventBytes) return Error{ErrorKind::too_large, "larger than an event can be"};
  return decode_text(payload, 0);
}

Result<LifecycleEvent> LifecycleDecoder::decode_text(std::string_view document, std::size_t level) {
  const auto root = read(document, level);
  if (!root) return root.error();
  return decode_value(*root, level);
}

Result<LifecycleEvent> LifecycleDecoder::decode_value(element value, std::size_t level) {
  object document;
  if (value.get(document) != simdjson::SUCCESS) return unknown_format();
  const auto protocol = first_text(document, "protocol").value_or("");
  if (protocol.starts_with(model::kEventProtocol) || protocol.starts_with(kLegacyProtocol)) {
    return decode_classic(document, protocol);
  }
  const bool is_cloud =
      first_text(document, "specversion") == "1.0" && first_text(document, "source") == model::kEventProtocol;
  if (!is_cloud) return unknown_format();
  if (level + 1 == parsers_.size()) return malformed("CloudEvents inside each other, too deep");
  const auto envelope = read_envelope(document);
  if (!envelope) return envelope.error();
  auto event = decode_data(envelope->content_type, envelope->data, envelope->data_base64, level + 1);
  if (event) event->encoding = model::EventEncoding::cloud;
  return event;
}

Result<LifecycleEvent> LifecycleDecoder::decode_data(std::string_view content_type, std::optional<element> data,
                                                     const std::optional<std::string>& data_base64, std::size_t level) {
  if (data && is_json(content_type)) return decode_value(*data, level);
  if (data) {
    std::string_view text;
    if (data->get(text) != simdjson::SUCCESS) return malformed("data is no text, as its content type says");
    return decode_text(text, level);
  }
  if (!data_base64) return malformed("a CloudEvent without data");
  const auto text = decode_base64(*data_base64);
  if (!text) return malformed("data_base64 is not base64");
  return decode_text(*text, level);
}

}  // namespace fleetwatch::parse
