#include "codec/lifecycle.hpp"

#include <fmt/format.h>

#include "base/rfc3339.hpp"
#include "codec/json_writer.hpp"

namespace fleetwatch::codec {

namespace {

using model::EventType;
using model::LifecycleEvent;

std::string protocol_of(const LifecycleEvent& event) {
  return fmt::format("{}.v1.{}", model::kEventProtocol, name_of(event.type));
}

void member(JsonWriter& out, std::string_view key, std::string_view text) {
  out.key(key);
  out.string(text);
}

void write_members(JsonWriter& out, const LifecycleEvent& event) {
  member(out, "id", event.id);
  member(out, "identity", event.identity);
  member(out, "component", event.component);
  out.key("timestamp");
  out.number(event.timestamp_unix_sec);
  if (event.type == EventType::startup || event.type == EventType::alive || event.type == EventType::upgraded) {
    member(out, "version", event.version);
  }
  if (event.type == EventType::upgraded) member(out, "new_version", event.new_version);
  if (event.type == EventType::governor) {
    member(out, "governor", event.governor);
    out.key("sequence");
    out.number(event.sequence);
    member(out, "event_type", event.stage);
  }
}

void write_document(JsonWriter& out, const LifecycleEvent& event) {
  out.begin_object();
  member(out, "protocol", protocol_of(event));
  write_members(out, event);
  out.end_object();
}

}  // namespace

std::string write_event(const LifecycleEvent& event) {
  JsonWriter out(Layout::compact);
  if (event.encoding == model::EventEncoding::classic) {
    write_document(out, event);
    return out.take();
  }
  out.begin_object();
  member(out, "specversion", "1.0");
  member(out, "id", event.id);
  member(out, "source", model::kEventProtocol);
  member(out, "type", protocol_of(event));
  if (!event.identity.empty()) member(out, "subject", event.identity);
  member(out, "datacontenttype", "application/json");
  member(out, "time", rfc3339(event.timestamp_unix_sec * 1000));
  out.key("data");
  write_document(out, event);
  out.end_object();
  return out.take();
}

std::string write_seen_event(const model::SeenEvent& seen) {
  JsonWriter out(Layout::compact);
  out.begin_object();
  member(out, "received_at", rfc3339_with_ms(seen.seen_unix_ms));
  out.key("stored");
  out.boolean(seen.stored);
  member(out, "subject", seen.subject);
  member(out, "type", name_of(seen.event.type));
  member(out, "encoding", seen.event.encoding == model::EventEncoding::cloud ? "cloudevents" : "classic");
  write_members(out, seen.event);
  out.end_object();
  return out.take();
}

Result<std::string> event_subject(const LifecycleEvent& event) {
  const bool usable = !event.component.empty() && event.component.find_first_of(" \t\r\n*>") == std::string::npos;
  if (!usable) return Error{ErrorKind::usage, "the component of an event must be a word of a subject", event.component};
  return fmt::format("choria.lifecycle.event.{}.{}", name_of(event.type), event.component);
}

}  // namespace fleetwatch::codec
