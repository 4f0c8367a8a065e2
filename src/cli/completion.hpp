// `completion`: a script that completes the program's commands and flags in a shell.
#pragma once

#include "cli/command.hpp"

namespace fleetwatch::cli {

void add_completion(CLI::App& parent, Action& chosen);

std::string bash_completion(const CLI::App& root);
std::string fish_completion(const CLI::App& root);

}  // namespace fleetwatch::cli
