// `completion`: a script that completes the program's commands and flags in a shell.
#pragma once

#include "cli/command.hpp"

namespace fleetwatch::cli {

void add_completion(CLI::App& parent, Action& chosen);

}  // namespace fleetwatch::cli
