// `monitor choria`: the Choria network, from its broker alone.
#pragma once

#include <memory>

#include "cli/monitor_options.hpp"

namespace fleetwatch::cli {

// With the broker's flags instead of those of a snapshot; --json may stand before it.
void add_monitor_choria(CLI::App& monitor, const std::shared_ptr<MonitorOptions>& options, Action& chosen);

}  // namespace fleetwatch::cli
