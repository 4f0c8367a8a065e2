// From a snapshot to its alerts. Pure: the same snapshot gives the same bytes.
#pragma once

#include <vector>

#include "alert/rule.hpp"
#include "alert/thresholds.hpp"
#include "model/alert.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::alert {

// All alerts, effects included: an effect's `caused_by` is the key of its root. Sorted by severity; ties keep the order
// of derivation. No two have the same key. With snapshot.filtered, rules that compare nodes stay silent.
std::vector<model::Alert> judge(const model::Snapshot& snapshot, const Thresholds& limits = {});

}  // namespace fleetwatch::alert
