// Where a view gets its snapshot: from the nodes, or from a file.
#pragma once

#include "base/result.hpp"
#include "cli/monitor_options.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::cli {

// Asks the nodes (progress on standard error when it is a terminal) or reads --from; keeps a copy with --save.
Result<model::Snapshot> take_snapshot(const MonitorOptions& options);

}  // namespace fleetwatch::cli
