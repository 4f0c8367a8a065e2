// The WireGuard mesh: every node's interface, then every link.
#pragma once

#include <vector>

#include "model/alert.hpp"
#include "model/mesh_row.hpp"
#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

std::vector<model::MeshRow> mesh_rows(const model::Snapshot& snapshot);

Document mesh_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                       const Options& options);

}  // namespace fleetwatch::view
