// The service matrix: units down, nodes across.
#pragma once

#include <string>
#include <vector>

#include "model/alert.hpp"
#include "model/service_row.hpp"
#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

// What tells the hosts apart in little room: for IPv4 addresses the shortest tail that no two share (".10", ".7.10"),
// else the hosts themselves.
std::vector<std::string> distinct_tails(const std::vector<std::string>& hosts);

std::vector<model::ServiceRow> service_rows(const model::Snapshot& snapshot);

// On a terminal too narrow for all nodes the matrix is continued below. With options.fold, nodes whose units are all
// in the same state share a column.
Document service_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                          const Options& options);

}  // namespace fleetwatch::view
