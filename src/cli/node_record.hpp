// `node record`: everything that one report reads, kept in a folder.
#pragma once

#include "cli/command.hpp"

namespace fleetwatch::cli {

void add_node_record(CLI::App& parent, Action& chosen);

}  // namespace fleetwatch::cli
