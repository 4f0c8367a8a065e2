#include "choria/event_tally.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace fleetwatch::choria {

using model::ComponentTally;
using model::EventType;
using model::LifecycleEvent;

void EventTally::add(const LifecycleEvent& event, std::int64_t seen_unix_ms) {
  if (too_long(event)) {
    ++result_.left_out;
    return;
  }
  auto* tally = component(event.component);
  if (tally == nullptr) return;
  ++tally->good;
  ++tally->types[name_of(event.type)];
  switch (event.type) {
    case EventType::startup:
    case EventType::alive:
      return put(*tally, event, seen_unix_ms);
    case EventType::shutdown:
      return remove(*tally, event.identity);
    case EventType::governor: {
      auto key = std::pair(event.governor, event.stage);
      if (!tally->governors.contains(key)) {
        if (names_ >= limits_.names) {
          ++result_.left_out;
          return;
        }
        ++names_;
      }
      ++tally->governors[std::move(key)];
      return;
    }
    case EventType::provisioned:
    case EventType::upgraded:
      return;
  }
}

void EventTally::add_undecodable(std::string_view subject) {
  if (auto* tally = component(split(subject, '.').back())) ++tally->errors;
}

std::size_t EventTally::expire(std::int64_t now_unix_ms) {
  std::size_t count = 0;
  for (auto& [name, tally] : result_.components) {
    for (auto host = tally.hosts.begin(); host != tally.hosts.end();) {
      const bool gone = now_unix_ms - host->second.seen_unix_ms >= kHostExpiryMs;
      const auto next = std::next(host);
      if (gone) {
        drop_version(tally, host->second.version);
        tally.hosts.erase(host);
        --hosts_;
        ++tally.expired;
        ++count;
      }
      host = next;
    }
  }
  return count;
}

bool EventTally::too_long(const LifecycleEvent& event) const {
  const auto names = {&event.component, &event.identity, &event.version, &event.governor, &event.stage};
  return std::any_of(names.begin(), names.end(), [&](const auto* name) { return name->size() > limits_.bytes; });
}

// Nothing: there are too many names already, or this one is too long.
ComponentTally* EventTally::component(std::string_view name) {
  if (const auto found = result_.components.find(name); found != result_.components.end()) return &found->second;
  if (names_ >= limits_.names || name.size() > limits_.bytes) {
    ++result_.left_out;
    return nullptr;
  }
  ++names_;
  return &result_.components[std::string(name)];
}

void EventTally::put(ComponentTally& tally, const LifecycleEvent& event, std::int64_t seen_unix_ms) {
  auto host = tally.hosts.find(event.identity);
  if (host == tally.hosts.end()) {
    if (hosts_ >= limits_.hosts) {
      ++result_.left_out;
      return;
    }
    ++hosts_;
    host = tally.hosts.emplace(event.identity, model::TalliedHost{}).first;
  } else {
    drop_version(tally, host->second.version);
  }
  host->second = {seen_unix_ms, event.version};
  ++tally.versions[event.version];
}

void EventTally::remove(ComponentTally& tally, const std::string& identity) {
  const auto host = tally.hosts.find(identity);
  if (host == tally.hosts.end()) return;
  drop_version(tally, host->second.version);
  tally.hosts.erase(host);
  --hosts_;
}

void EventTally::drop_version(ComponentTally& tally, const std::string& version) {
  const auto count = tally.versions.find(version);
  if (count != tally.versions.end() && --count->second == 0) tally.versions.erase(count);
}

}  // namespace fleetwatch::choria
