// The tenants' namespaces on every node.
#pragma once

#include <vector>

#include "model/alert.hpp"
#include "model/namespace_row.hpp"
#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

// Inventory order.
std::vector<model::NamespaceRow> namespace_rows(const model::Snapshot& snapshot);

// Sorted by namespace, then host.
Document namespaces_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                             const Options& options);

}  // namespace fleetwatch::view
