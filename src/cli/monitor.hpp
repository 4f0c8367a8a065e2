// `monitor`: the health of an environment, gathered from all its nodes.
#pragma once

#include "cli/command.hpp"

namespace fleetwatch::cli {

void add_monitor(CLI::App& parent, Action& chosen);

}  // namespace fleetwatch::cli
