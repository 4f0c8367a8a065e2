// fleetwatch election: who leads, take it away, and campaign oneself.
#pragma once

#include "cli/command.hpp"

namespace fleetwatch::cli {

void add_election(CLI::App& parent, Action& chosen);

}  // namespace fleetwatch::cli
