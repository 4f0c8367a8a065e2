// ufw: whether it protects this machine, and its rules. Part of the section `network`.
#pragma once

#include "probe/context.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

// Fills ufw_active and, where it is true, ufw_rules. `section` must outlive the task.
Task read_firewall(Context& context, model::Network& section);

}  // namespace fleetwatch::probe
