// The WireGuard mesh, put together from all nodes' reports.
#pragma once

#include <cstddef>
#include <string>

#include "model/snapshot.hpp"

namespace fleetwatch::view {

// Peers that every node should have: all other nodes of the environment, also those not reached or hidden by --node.
std::size_t expected_peers(const model::Snapshot& snapshot);

// "all connected", "degraded: <n> of <m> links stale or missing", "down" (no interface is up) or "unknown". A link is
// a node and one of its peers.
std::string mesh_status(const model::Snapshot& snapshot);

}  // namespace fleetwatch::view
