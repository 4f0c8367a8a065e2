// `manual`: the manual page, made from the command tree so that it cannot say anything else than --help.
#pragma once

#include "cli/command.hpp"

namespace fleetwatch::cli {

void add_manual(CLI::App& parent, Action& chosen);

}  // namespace fleetwatch::cli
