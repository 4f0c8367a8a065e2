// A tally of events as a table.
#pragma once

#include "model/event_tally.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

// How many hosts and events, then one row for each version of a component. Where autonomous agents told of themselves,
// one row for each kind of transition of a machine, and one for each command that it watches.
Document tally_document(const model::EventTally& tally, const Options& options);

}  // namespace fleetwatch::view
