// What changed between two reports of one node.
#pragma once

#include <string>
#include <vector>

#include "model/change.hpp"
#include "model/report.hpp"

namespace fleetwatch::view {

// Walks the field tables of the report; appends to `out`.
void add_report_changes(const std::string& node, const model::NodeReport& before, const model::NodeReport& after,
                        std::vector<model::Change>& out);

}  // namespace fleetwatch::view
