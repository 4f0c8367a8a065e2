// What was started anew between two reports of one node: the machine, or units of it.
#pragma once

#include <vector>

#include "model/change.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::view {

// A node's result and the snapshot it is part of. Refers to both.
struct Asked {
  const model::Snapshot& snapshot;
  const model::NodeResult& node;
};

// Appends `system.booted_at` after a reboot, else `services.services[NAME].started_at` of every unit that was started
// anew (or `.main_pid`, where only that tells) while its active_state stayed the same. Starts are UTC, RFC 3339, by the
// watcher's clock: running times say nothing by themselves, since a day later a rebooted machine may have run longer
// than before. Both nodes have a report.
void add_restarts(const Asked& before, const Asked& after, std::vector<model::Change>& out);

}  // namespace fleetwatch::view
