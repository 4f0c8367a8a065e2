// Messages of autonomous agents as they come from a broker: always inside a CloudEvent 1.0.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "model/machine_event.hpp"
#include "parse/cloud_event.hpp"

namespace fleetwatch::parse {

// One decoder for many messages: it keeps its buffers. Used on one thread. Missing fields are empty.
class MachineEventDecoder {
 public:
  // The payload of one message on kTransitionSubject or kExecWatcherSubject. Errors: malformed, saying what; too_large
  // above limits::kEventBytes.
  Result<model::MachineTransition> transition(std::string_view payload);
  Result<model::ExecWatcherState> exec_watcher(std::string_view payload);

 private:
  Result<simdjson::dom::object> data_of(std::string_view payload);

  EventJson message_;
  EventJson data_;
};

}  // namespace fleetwatch::parse
