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

// How often something was done, and how long all of it took.
struct TimeTally {
  std::uint64_t count = 0;
  double seconds = 0;
};

struct ComponentTally {
  std::map<std::string, TalliedHost, std::less<>> hosts;                   // by identity
  std::map<std::string, std::uint64_t, std::less<>> versions;              // hosts of each
  std::map<std::string_view, std::uint64_t> types;                         // events of each
  std::map<std::pair<std::string, std::string>, std::uint64_t> governors;  // events, by name and stage
  std::uint64_t good = 0;                                                  // events that were understood
  std::uint64_t errors = 0;                                                // messages that were not
  std::uint64_t expired = 0;                                               // hosts
  TimeTally processing;                                                    // of the events, by us
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
  std::uint64_t success = 0;
  std::uint64_t failures = 0;
  TimeTally run_time;  // of both
};

struct MachineTally {
  std::map<TransitionName, std::uint64_t> transitions;
  std::map<std::string, WatcherTally, std::less<>> watchers;  // of commands, by name
};

struct EventTally {
  std::map<std::string, ComponentTally, std::less<>> components;
  std::map<MachineName, MachineTally> machines;
  std::uint64_t transition_errors = 0;    // messages that were no transitions
  std::uint64_t exec_watcher_errors = 0;  // messages that were no states of watchers
  std::uint64_t left_out = 0;             // of hosts and names, since there were too many of them or they were too long
  bool active = true;                     // leads its election, or takes part in none
};

}  // namespace fleetwatch::model
