// Lifecycle events as people read them.
#pragma once

#include <string>

#include "model/lifecycle.hpp"

namespace fleetwatch::view {

// "[startup] web7.example.org: server version 0.29.4". What came from the network is escaped, so one event is one line.
std::string lifecycle_text(const model::LifecycleEvent& event);

}  // namespace fleetwatch::view
