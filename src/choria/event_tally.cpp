#include "choria/event_tally.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/utf8.hpp"

namespace fleetwatch::choria {

using model::ComponentTally;
using model::EventType;
using model::LifecycleEvent;

void EventTally::add(const LifecycleEvent& event, std::int64_t seen_unix_ms) {
  if (any_too_long({&event.component, &event.identity, &event.version, &event.governor, &event.stage})) {
    leave_out();
    return;
  }
  auto* tally = component(event.component);
  if (tally == nullptr) return;
  count(tally->good);
  count(tally->types[name_of(event.type)]);
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
          leave_out();
          return;
        }
        ++names_;
      }
      count(tally->governors[std::move(key)]);
      return;
    }
    case EventType::provisioned:
    case EventType::upgraded:
      return;
  }
}

// A subject may have any bytes; two of them must not become the same text later.
void EventTally::add_undecodable(std::string_view subject) {
  constexpr std::size_t kPart = 10;
  const auto name = repair_utf8(split(subject, '.').back());
  const bool is_new = !result_.components.contains(name);
  if (is_new && error_names_ >= std::max<std::size_t>(1, limits_.names / kPart)) return leave_out();
  auto* tally = component(name);
  if (tally == nullptr) return;
  if (is_new) ++error_names_;
  count(tally->errors);
}

void EventTally::set_dropped(std::uint64_t total) {
  const auto known = result_.dropped.total();
  if (total > known) result_.dropped.of(result_.active) += total - known;
}

void EventTally::set_election(const std::string& name) {
  result_.election = name;
  result_.active = name.empty();
}

void EventTally::add_time(model::TimeTally& tally, std::chrono::nanoseconds time) const {
  count(tally.count);
  tally.seconds.of(result_.active) += std::chrono::duration<double>(time).count();
}

void EventTally::add_processing_time(std::string_view name, std::chrono::nanoseconds time) {
  const auto found = result_.components.find(name);
  if (found != result_.components.end()) add_time(found->second.processing, time);
}

void EventTally::add(const model::MachineTransition& transition) {
  if (any_too_long(
          {&transition.machine, &transition.version, &transition.transition, &transition.from, &transition.to})) {
    leave_out();
    return;
  }
  auto* tally = machine(transition.machine, transition.version);
  if (tally == nullptr) return;
  model::TransitionName name{transition.transition, transition.from, transition.to};
  if (!tally->transitions.contains(name) && !take_machine_name()) return;
  count(tally->transitions[std::move(name)]);
}

void EventTally::add(const model::ExecWatcherState& state) {
  const bool success = state.outcome == "success";
  if (!success && state.outcome != "error") return;
  if (any_too_long({&state.machine, &state.version, &state.watcher})) {
    leave_out();
    return;
  }
  auto* tally = machine(state.machine, state.version);
  if (tally == nullptr) return;
  if (!tally->watchers.contains(state.watcher) && !take_machine_name()) return;
  auto& watcher = tally->watchers[state.watcher];
  count(success ? watcher.success : watcher.failures);
  add_time(watcher.run_time, state.run_time);
}

std::size_t EventTally::expire(std::int64_t now_unix_ms) {
  std::size_t expired = 0;
  for (auto& [name, tally] : result_.components) {
    for (auto host = tally.hosts.begin(); host != tally.hosts.end();) {
      const bool gone = now_unix_ms - host->second.seen_unix_ms >= kHostExpiryMs;
      const auto next = std::next(host);
      if (gone) {
        drop_version(tally, host->second.version);
        tally.hosts.erase(host);
        --hosts_;
        count(tally.expired);
        ++expired;
      }
      host = next;
    }
  }
  return expired;
}

bool EventTally::any_too_long(std::initializer_list<const std::string*> names) const {
  return std::any_of(names.begin(), names.end(), [&](const auto* name) { return name->size() > limits_.bytes; });
}

// Nothing: there are too many names already, or this one is too long.
ComponentTally* EventTally::component(std::string_view name) {
  if (const auto found = result_.components.find(name); found != result_.components.end()) return &found->second;
  if (names_ >= limits_.names || name.size() > limits_.bytes) {
    leave_out();
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
    leave_out();
    return false;
  }
  ++machine_names_;
  return true;
}

void EventTally::put(ComponentTally& tally, const LifecycleEvent& event, std::int64_t seen_unix_ms) {
  if (const auto host = tally.hosts.find(event.identity); host != tally.hosts.end()) {
    host->second.seen_unix_ms = seen_unix_ms;
    if (host->second.version == event.version) return;
    remove(tally, event.identity);
  }
  if (hosts_ >= limits_.hosts) return leave_out();
  ++hosts_;
  tally.hosts.emplace(event.identity, model::TalliedHost{seen_unix_ms, take_version(tally, event.version)});
}

void EventTally::remove(ComponentTally& tally, const std::string& identity) {
  const auto host = tally.hosts.find(identity);
  if (host == tally.hosts.end()) return;
  drop_version(tally, host->second.version);
  tally.hosts.erase(host);
  --hosts_;
}

std::string EventTally::take_version(ComponentTally& tally, const std::string& version) {
  std::string counted = version;
  if (version != kOtherVersions && !tally.versions.contains(version)) {
    if (versions_ < limits_.names) {
      ++versions_;
    } else {
      leave_out();
      counted = kOtherVersions;
    }
  }
  ++tally.versions[counted];
  return counted;
}

void EventTally::drop_version(ComponentTally& tally, const std::string& version) {
  const auto hosts = tally.versions.find(version);
  if (hosts == tally.versions.end() || --hosts->second > 0) return;
  tally.versions.erase(hosts);
  if (version != kOtherVersions) --versions_;
}

}  // namespace fleetwatch::choria
