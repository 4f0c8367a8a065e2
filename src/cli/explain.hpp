// `monitor alerts --explain`: what an alert means. Asks no node.
#pragma once

#include "cli/monitor_options.hpp"

namespace fleetwatch::cli {

// Adds the flags to the command `alerts`; `options` outlives the parsing.
void add_explain_options(CLI::App& alerts, MonitorOptions& options);

ExitStatus explain_alert(const MonitorOptions& options);

}  // namespace fleetwatch::cli
