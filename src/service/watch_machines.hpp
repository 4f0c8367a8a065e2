// What autonomous agents tell of themselves, as it happens.
#pragma once

#include <cstdint>

#include "model/machine_event.hpp"
#include "outside/bus.hpp"

namespace fleetwatch::service {

// Who looks at it.
class MachineWatcher {
 public:
  virtual ~MachineWatcher() = default;
  virtual void saw(const model::MachineTransition& transition) = 0;
  virtual void saw(const model::ExecWatcherState& state) = 0;
  virtual void saw_undecodable_transition() = 0;
  virtual void saw_undecodable_exec_watcher() = 0;
};

// One of the two subjects each, on a bus that is connected; for as long as the bus lives. `dropped` is kept up to date:
// messages that came faster than they were taken. Errors: of the subscription, and denied, with the subject as `where`,
// when the broker does not permit it. What happens to the connection is for watch_events to tell.
boost::asio::awaitable<Result<void>> watch_transitions(outside::Bus& bus, const Clock& clock, MachineWatcher& watcher,
                                                       std::uint64_t& dropped);
boost::asio::awaitable<Result<void>> watch_exec_watchers(outside::Bus& bus, const Clock& clock, MachineWatcher& watcher,
                                                         std::uint64_t& dropped);

}  // namespace fleetwatch::service
