// Lifecycle events as they go to a broker.
#pragma once

#include <string>

#include "base/result.hpp"
#include "model/lifecycle.hpp"

namespace fleetwatch::codec {

// The document in the encoding that the event names, with the keys in the order of the reference.
std::string write_event(const model::LifecycleEvent& event);

// choria.lifecycle.event.<type>.<component>. Error: usage, when the component is empty or no part of a subject.
Result<std::string> event_subject(const model::LifecycleEvent& event);

}  // namespace fleetwatch::codec
