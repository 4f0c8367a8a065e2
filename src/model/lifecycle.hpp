// A lifecycle event: something that a component of a Choria network tells of itself on
// choria.lifecycle.event.<type>.<component>. Nothing proves who sent one: identity and component are claims.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fleetwatch::model {

enum class EventType { alive, governor, provisioned, shutdown, startup, upgraded };

// In the order of EventType, which is that of the alphabet.
inline constexpr std::array<std::string_view, 6> kEventTypeNames = {"alive",    "governor", "provisioned",
                                                                    "shutdown", "startup",  "upgraded"};

constexpr std::string_view name_of(EventType type) { return kEventTypeNames[static_cast<std::size_t>(type)]; }

constexpr std::optional<EventType> event_type(std::string_view name) {
  for (std::size_t i = 0; i < kEventTypeNames.size(); ++i) {
    if (kEventTypeNames[i] == name) return static_cast<EventType>(i);
  }
  return std::nullopt;
}

enum class EventEncoding {
  classic,  // the document alone
  cloud,    // inside a CloudEvent 1.0
};

struct LifecycleEvent {
  EventType type = EventType::alive;
  EventEncoding encoding = EventEncoding::classic;
  std::string id = {};  // the reference repeats it in all alive events of a process
  std::string identity = {};
  std::string component = {};
  std::int64_t timestamp_unix_sec = 0;  // when it was made; no use in alive events, for the same reason
  std::string version = {};             // startup, alive; upgraded: before
  std::string new_version = {};         // upgraded
  std::string governor = {};            // governor, as all below
  std::uint64_t sequence = 0;           // slot, 0 when not known
  std::string stage = {};               // enter, exit, timeouts, eviction or anything else; `event_type` on the wire
  bool operator==(const LifecycleEvent&) const = default;
};

// An event and the message that brought it.
struct SeenEvent {
  LifecycleEvent event = {};
  std::string subject = {};
  std::string payload = {};
  std::int64_t seen_unix_ms = 0;  // when it arrived, here or in the stream
  bool stored = false;            // read back from the stream
};

inline constexpr std::string_view kEventProtocol = "io.choria.lifecycle";

}  // namespace fleetwatch::model
