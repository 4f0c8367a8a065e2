#include "parse/cloud_event.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/rfc3339.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "parse/base64.hpp"

namespace fleetwatch::parse {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

Error malformed(std::string what) { return {ErrorKind::malformed, std::move(what)}; }

Result<void> read_attribute(std::string_view key, element value, CloudEnvelope& envelope) {
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
  if (key == "datacontenttype") {
    envelope.content_type = std::move(text);
  } else if (key == "data_base64") {
    envelope.data_base64 = std::move(text);
  }
  return {};
}

bool is_json(std::string_view content_type) {
  const auto media_type = lower(trim(content_type.substr(0, content_type.find(';'))));
  return media_type.empty() || media_type == "application/json" || media_type == "text/json" ||
         media_type.ends_with("+json");
}

}  // namespace

Result<element> EventJson::read(std::string_view document) {
  if (document.size() > limits::kEventBytes) return Error{ErrorKind::too_large, "larger than an event can be"};
  const auto parse = [this](std::string_view text, element& root) {
    if (parser_.capacity() < text.size() || parser_.max_depth() != limits::kEventDepth) {
      const auto code = parser_.allocate(std::max(text.size(), kUsualBytes), limits::kEventDepth);
      if (code != simdjson::SUCCESS) return code;
    }
    return parser_.parse(text.data(), text.size()).get(root);
  };
  element root;
  auto code = parse(document, root);
  // What is not UTF-8 is no reason to lose an event; three bytes take the place of one.
  if (code == simdjson::UTF8_ERROR) code = parse(repair_utf8(document), root);
  if (code != simdjson::SUCCESS) return malformed("not JSON");
  return root;
}

bool is_cloud_event(const object& document) { return first_text(document, "specversion") == "1.0"; }

Result<CloudEnvelope> read_cloud_envelope(const object& document) {
  CloudEnvelope envelope;
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

Result<element> cloud_data(const CloudEnvelope& envelope, EventJson& inner) {
  if (envelope.data && is_json(envelope.content_type)) return *envelope.data;
  if (envelope.data) {
    std::string_view text;
    if (envelope.data->get(text) != simdjson::SUCCESS) return malformed("data is no text, as its content type says");
    return inner.read(text);
  }
  if (!envelope.data_base64) return malformed("a CloudEvent without data");
  const auto text = decode_base64(*envelope.data_base64);
  if (!text) return malformed("data_base64 is not base64");
  return inner.read(*text);
}

std::optional<std::string_view> first_text(const object& document, std::string_view key) {
  for (const auto member : document) {
    if (member.key != key) continue;
    std::string_view text;
    if (member.value.get(text) != simdjson::SUCCESS) return std::nullopt;
    return text;
  }
  return std::nullopt;
}

bool read_text(element value, std::string& target) {
  std::string_view text;
  if (value.is_null()) return true;
  if (value.get(text) != simdjson::SUCCESS) return false;
  target = text;
  return true;
}

std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", text.substr(0, limits::kMessageBytes)); }

}  // namespace fleetwatch::parse
