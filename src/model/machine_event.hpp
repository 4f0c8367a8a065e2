// What autonomous agents (state machines that run inside Choria servers) tell of themselves: a state was left for
// another, and how the last run of a command ended that one of them watches. Nothing proves who sent one.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace fleetwatch::model {

inline constexpr const char* kTransitionSubject = "choria.machine.transition";
inline constexpr const char* kExecWatcherSubject = "choria.machine.watcher.exec.state";

struct MachineTransition {
  std::string identity = {};  // of the host
  std::string machine = {};
  std::string version = {};
  std::string transition = {};
  std::string from = {};  // state; `from_state` on the wire
  std::string to = {};    // state; `to_state` on the wire
  bool operator==(const MachineTransition&) const = default;
};

struct ExecWatcherState {
  std::string identity = {};  // of the host
  std::string machine = {};
  std::string version = {};
  std::string watcher = {};              // `name` on the wire
  std::string outcome = {};              // success, error, skipped, unknown or anything else; `previous_outcome`
  std::chrono::nanoseconds run_time{0};  // of that run, never negative; `previous_run_time`
  bool operator==(const ExecWatcherState&) const = default;
};

inline constexpr std::string_view kTransitionProtocol = "io.choria.machine.v1.transition";

}  // namespace fleetwatch::model
