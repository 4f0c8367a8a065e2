#include "parse/lifecycle.hpp"

#include <fmt/format.h>

#include <string>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

using model::EventType;
using model::LifecycleEvent;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::string_view kLegacyProtocol = "choria:lifecycle";

Error malformed(std::string what) { return {ErrorKind::malformed, std::move(what)}; }

Error unknown_format() { return malformed("neither a lifecycle event nor a CloudEvent 1.0 that holds one"); }

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

}  // namespace

Result<LifecycleEvent> LifecycleDecoder::decode(std::string_view payload) {
  const auto root = levels_.front().read(payload);
  if (!root) return root.error();
  return decode_value(*root, 0);
}

Result<LifecycleEvent> LifecycleDecoder::decode_value(element value, std::size_t level) {
  object document;
  if (value.get(document) != simdjson::SUCCESS) return unknown_format();
  const auto protocol = first_text(document, "protocol").value_or("");
  if (protocol.starts_with(model::kEventProtocol) || protocol.starts_with(kLegacyProtocol)) {
    return decode_classic(document, protocol);
  }
  if (!is_cloud_event(document) || first_text(document, "source") != model::kEventProtocol) return unknown_format();
  if (level + 1 == levels_.size()) return malformed("CloudEvents inside each other, too deep");
  const auto envelope = read_cloud_envelope(document);
  if (!envelope) return envelope.error();
  const auto data = cloud_data(*envelope, levels_.at(level + 1));
  if (!data) return data.error();
  auto event = decode_value(*data, level + 1);
  if (event) event->encoding = model::EventEncoding::cloud;
  return event;
}

}  // namespace fleetwatch::parse
