// The first line of every table: is anything wrong, and how much of the environment was seen.
#pragma once

#include <vector>

#include "model/alert.hpp"
#include "model/snapshot.hpp"
#include "view/document.hpp"

namespace fleetwatch::view {

// "OK: no alerts, 3 of 3 nodes answered, 0.4 s (lab)" or
// "CRITICAL: 3 critical, 1 warning alerts from 2 causes; 2 of 3 nodes answered, 0.6 s (lab)".
// The numbers are those of all critical and warning alerts, effects included; causes are named where they are fewer.
// Info is said only where there is nothing worse.
Line verdict(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts);

// The verdict, broken into lines of at most `width` columns.
void add_verdict(Document& document, const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                 std::size_t width);

}  // namespace fleetwatch::view
