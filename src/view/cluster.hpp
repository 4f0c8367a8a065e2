// The cluster overview: every node of the environment in one line, then what is wrong.
#pragma once

#include <vector>

#include "model/alert.hpp"
#include "model/cluster_row.hpp"
#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

std::vector<model::ClusterRow> cluster_rows(const model::Snapshot& snapshot);

Document cluster_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                          const Options& options);

}  // namespace fleetwatch::view
