// `monitor diff`: what changed between two saved snapshots.
#pragma once

#include <memory>

#include "cli/command.hpp"
#include "cli/monitor_options.hpp"

namespace fleetwatch::cli {

// `options` are those of `monitor`, parsed when the action runs.
void add_monitor_diff(CLI::App& monitor, const std::shared_ptr<MonitorOptions>& options, Action& chosen);

}  // namespace fleetwatch::cli
