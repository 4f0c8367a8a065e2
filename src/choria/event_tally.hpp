// What lifecycle events say of a network all together: who is there, with which version, and how many events of which
// kind came; and what the machines of autonomous agents did. Follows the reference's tally; time is an argument.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "model/event_tally.hpp"
#include "model/lifecycle.hpp"
#include "model/machine_event.hpp"

namespace fleetwatch::choria {

// Hosts that were not heard of for so long are gone: a server says that it is alive every 30 minutes.
inline constexpr std::int64_t kHostExpiryMs = std::int64_t{80} * 60 * 1000;

// Hosts with a version beyond those that are counted by name are counted under this one.
inline constexpr const char* kOtherVersions = "other";

class EventTally {
 public:
  // Identities, components and versions are claims of whoever sends: beyond this many hosts, or names of anything else,
  // new ones are counted as left out and forgotten; so is what has a longer name. Machines have names of their own, and
  // so have the versions of hosts and, a tenth as many, the components of messages that are no events, so that who
  // floods one kind does not hide the others.
  struct Limits {
    std::size_t hosts = 500'000;
    std::size_t names = 10'000;
    std::size_t bytes = 256;  // of one of them
  };

  EventTally() : EventTally(Limits()) {}
  explicit EventTally(Limits limits) : limits_(limits) {}

  // In the order of `seen_unix_ms`, which is when the event came, not when it says that it was made.
  void add(const model::LifecycleEvent& event, std::int64_t seen_unix_ms);
  // A message that is no event; the component is the last word of its subject.
  void add_undecodable(std::string_view subject);
  // How long `add` took for an event of this component; nothing for a component that is left out.
  void add_processing_time(std::string_view name, std::chrono::nanoseconds time);

  void add(const model::MachineTransition& transition);
  // Only an outcome of success or error counts.
  void add(const model::ExecWatcherState& state);
  // Messages on their subjects that are something else.
  void add_undecodable_transition() { count(result_.transition_errors); }
  void add_undecodable_exec_watcher() { count(result_.exec_watcher_errors); }

  // Messages that were lost before they came here, in all.
  void set_dropped(std::uint64_t total);

  // The tally does not lead it yet. None: it is active.
  void set_election(const std::string& name);
  // With an election: whether we lead it. Counting goes on either way.
  void set_active(bool active) { result_.active = active; }

  // Removes the hosts that were not heard of for kHostExpiryMs; how many.
  std::size_t expire(std::int64_t now_unix_ms);

  const model::EventTally& result() const { return result_; }

 private:
  void count(model::Count& counter) const { ++counter.of(result_.active); }
  void leave_out() { count(result_.left_out); }
  void add_time(model::TimeTally& tally, std::chrono::nanoseconds time) const;
  bool any_too_long(std::initializer_list<const std::string*> names) const;
  model::ComponentTally* component(std::string_view name);
  void put(model::ComponentTally& component, const model::LifecycleEvent& event, std::int64_t seen_unix_ms);
  void remove(model::ComponentTally& component, const std::string& identity);
  model::MachineTally* machine(const std::string& name, const std::string& version);
  bool take_machine_name();
  // The name that it counts under.
  std::string take_version(model::ComponentTally& component, const std::string& version);
  void drop_version(model::ComponentTally& component, const std::string& version);

  Limits limits_;
  model::EventTally result_;
  std::size_t hosts_ = 0;
  std::size_t names_ = 0;
  std::size_t error_names_ = 0;    // those of `names_` that came from messages that were no events
  std::size_t versions_ = 0;       // of hosts, in each component
  std::size_t machine_names_ = 0;  // machines, transitions and watchers
};

}  // namespace fleetwatch::choria
