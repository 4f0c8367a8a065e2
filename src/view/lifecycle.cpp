#include "view/lifecycle.hpp"

#include <fmt/format.h>

#include "base/terminal_text.hpp"

namespace fleetwatch::view {

namespace {

using model::EventType;
using model::LifecycleEvent;

std::string governor_text(const LifecycleEvent& event) {
  const auto governor = terminal_safe(event.governor);
  const bool has_slot = event.sequence > 0;
  if (event.stage == "enter") {
    return has_slot ? fmt::format("obtained slot {} on {}", event.sequence, governor)
                    : fmt::format("obtained slot on {}", governor);
  }
  if (event.stage == "exit") {
    return has_slot ? fmt::format("vacated slot {} on {}", event.sequence, governor)
                    : fmt::format("vacated {}", governor);
  }
  if (event.stage == "timeouts") return fmt::format("failed to obtain a slot on {}", governor);
  if (event.stage == "eviction") {
    return has_slot ? fmt::format("evicted from slot {} on {}", event.sequence, governor)
                    : fmt::format("evicted from {}", governor);
  }
  return fmt::format("unknown stage on Governor {}", governor);
}

std::string what_happened(const LifecycleEvent& event) {
  const auto component = terminal_safe(event.component);
  switch (event.type) {
    case EventType::startup:
    case EventType::alive:
      return fmt::format("{} version {}", component, terminal_safe(event.version));
    case EventType::upgraded:
      return fmt::format("{} version {} to {}", component, terminal_safe(event.version),
                         terminal_safe(event.new_version));
    case EventType::governor:
      return governor_text(event);
    case EventType::provisioned:
    case EventType::shutdown:
      return component;
  }
  return component;
}

}  // namespace

std::string lifecycle_text(const LifecycleEvent& event) {
  return fmt::format("[{}] {}: {}", name_of(event.type), terminal_safe(event.identity), what_happened(event));
}

}  // namespace fleetwatch::view
