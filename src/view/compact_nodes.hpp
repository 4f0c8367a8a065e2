// The nodes of a compact report: only what deviates from the rest of the fleet, equal deviations as one entry.
#pragma once

#include <string_view>
#include <vector>

#include "model/alert.hpp"
#include "model/compact_report.hpp"
#include "model/snapshot.hpp"
#include "view/alerts.hpp"
#include "view/compact_alerts.hpp"

namespace fleetwatch::view {

// First the healthy nodes without any deviation, then unreachable, degraded and other ones. At most `most` entries.
std::vector<model::CompactNode> compact_nodes(const model::Snapshot& snapshot, const std::vector<AlertGroup>& groups,
                                              const std::vector<std::string_view>& statuses,
                                              const CompactDetail& detail, std::size_t most);

}  // namespace fleetwatch::view
