// What changed between two snapshots.
#pragma once

#include <vector>

#include "model/alert.hpp"
#include "model/change.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::view {

// A snapshot and what the rules say about it. Refers to both.
struct Judged {
  const model::Snapshot& snapshot;
  const std::vector<model::Alert>& alerts;
};

// By key. An alert is changed when its severity or its message is another one, measurements in the
// message aside (view/measurements.hpp).
struct AlertChanges {
  std::vector<model::Alert> raised;
  std::vector<model::Alert> cleared;
  std::vector<model::Alert> changed_before;
  std::vector<model::Alert> changed;  // as they are now, in the order of changed_before
};

// Nodes that only one of the snapshots was to ask (--node) are left out of all this.
AlertChanges alert_changes(const Judged& before, const Judged& after);

// Nodes that came, went or stopped answering; then of each node what was started anew, and the fields of its report but
// those that always change (view/volatile_fields.hpp). In the inventory order of `after`.
std::vector<model::Change> node_changes(const model::Snapshot& before, const model::Snapshot& after);

// node_changes, then the alerts with "severity: message" as their value.
std::vector<model::Change> changes(const Judged& before, const Judged& after);

}  // namespace fleetwatch::view
