// Every node in detail: a block of lines each.
#pragma once

#include <vector>

#include "model/alert.hpp"
#include "model/node_row.hpp"
#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

std::vector<model::NodeRow> node_rows(const model::Snapshot& snapshot);

Document node_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                       const Options& options);

}  // namespace fleetwatch::view
