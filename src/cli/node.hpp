// `node report`: this machine's health as one JSON object.
#pragma once

#include "cli/command.hpp"

namespace fleetwatch::cli {

void add_node(CLI::App& parent, Action& chosen);

}  // namespace fleetwatch::cli
