// What lifecycle events, and the messages of autonomous agents, say of a network all together.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace fleetwatch::model {

struct TalliedHost {
  std::int64_t seen_unix_ms = 0;
  std::string version;
};

// Apart by whether the tally led its election at that time, or took part in none: as series they have different labels,
// and what moved from one label to the other would be counted twice.
template <class Number>
struct ByActive {
  Number inactive{};
  Number active{};
  Number& of(bool is_active) { return is_active ? active : inactive; }
  Number of(bool is_active) const { return is_active ? active : inactive; }
  Number total() const { return inactive + active; }
};
using Count = ByActive<std::uint64_t>;

// How often something was done, and how long all of it took.
struct TimeTally {
  Count count;
  ByActive<double> seconds;
};

struct ComponentTally {
  std::map<std::string, TalliedHost, std::less<>> hosts;           // by identity
  std::map<std::string, std::uint64_t, std::less<>> versions;      // hosts of each
  std::map<std::string_view, Count> types;                         // events of each
  std::map<std::pair<std::string, std::string>, Count> governors;  // events, by name and stage
  Count good;                                                      // events that were understood
  Count errors;                                                    // messages that were not
  Count expired;                                                   // hosts
  TimeTally processing;                                            // of the events, by us
};

struct MachineName {
  std::string machine;
  std::string version;
  bool operator<(const MachineName& other) const {
    return std::tie(machine, version) < std::tie(other.machine, other.version);
  }
};

struct TransitionName {
  std::string transition;
  std::string from;
  std::string to;
  bool operator<(const TransitionName& other) const {
    return std::tie(transition, from, to) < std::tie(other.transition, other.from, other.to);
  }
};

struct WatcherTally {
  Count success;
  Count failures;
  TimeTally run_time;  // of both
};

struct MachineTally {
  std::map<TransitionName, Count> transitions;
  std::map<std::string, WatcherTally, std::less<>> watchers;  // of commands, by name
};

struct EventTally {
  std::map<std::string, ComponentTally, std::less<>> components;
  std::map<MachineName, MachineTally> machines;
  Count transition_errors;    // messages that were no transitions
  Count exec_watcher_errors;  // messages that were no states of watchers
  Count left_out;             // events of hosts and names of which there were too many, or that were too long
  Count dropped;              // messages that came faster than they were taken
  std::string election;       // in which the tally takes part; empty: in none
  bool active = true;         // leads it, or takes part in none
};

}  // namespace fleetwatch::model
