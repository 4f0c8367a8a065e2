#include "choria/event_tally.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace fleetwatch::choria {

using model::ComponentTally;
using model::EventType;
using model::LifecycleEvent;

namespace {

void add_time(model::TimeTally& tally, std::chrono::nanoseconds time) {
  ++tally.count;
  tally.seconds += std::chrono::duration<double>(time).count();
}

}  // namespace

void EventTally::add(const LifecycleEvent& event, std::int64_t seen_unix_ms) {
  if (any_too_long({&event.component, &event.identity, &event.version, &event.governor, &event.stage})) {
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

// A subject may have any bytes; two of them must not become the same text later.
void EventTally::add_undecodable(std::string_view subject) {
  if (auto* tally = component(repair_utf8(split(subject, '.').back()))) ++tally->errors;
}

void EventTally::add_processing_time(std::string_view name, std::chrono::nanoseconds time) {
  const auto found = result_.components.find(name);
  if (found != result_.components.end()) add_time(found->second.processing, time);
}

void EventTally::add(const model::MachineTransition& transition) {
  if (any_too_long(
          {&transition.machine, &transition.version, &transition.transition, &transition.from, &transition.to})) {
    ++result_.left_out;
    return;
  }
  auto* tally = machine(transition.machine, transition.version);
  if (tally == nullptr) return;
  model::TransitionName name{transition.transition, transition.from, transition.to};
  if (!tally->transitions.contains(name) && !take_machine_name()) return;
  ++tally->transitions[std::move(name)];
}

void EventTally::add(const model::ExecWatcherState& state) {
  const bool success = state.outcome == "success";
  if (!success && state.outcome != "error") return;
  if (any_too_long({&state.machine, &state.version, &state.watcher})) {
    ++result_.left_out;
    return;
  }
  auto* tally = machine(state.machine, state.version);
  if (tally == nullptr) return;
  if (!tally->watchers.contains(state.watcher) && !take_machine_name()) return;
  auto& watcher = tally->watchers[state.watcher];
  ++(success ? watcher.success : watcher.failures);
  add_time(watcher.run_time, state.run_time);
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

bool EventTally::any_too_long(std::initializer_list<const std::string*> names) const {
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

// Nothing: there are too many names already.
model::MachineTally* EventTally::machine(const std::string& name, const std::string& version) {
  model::MachineName key{name, version};
  if (const auto found = result_.machines.find(key); found != result_.machines.end()) return &found->second;
  return take_machine_name() ? &result_.machines[std::move(key)] : nullptr;
}

bool EventTally::take_machine_name() {
  if (machine_names_ >= limits_.names) {
    ++result_.left_out;
    return false;
  }
  ++machine_names_;
  return true;
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
