// The database cluster in three values, put together from all nodes' reports.
#pragma once

#include <cstdint>
#include <string>

#include "model/snapshot.hpp"

namespace fleetwatch::view {

// WireGuard address of the leader; else the one that most nodes name; else "none".
std::string rqlite_leader(const model::Snapshot& snapshot);

// "up/all". A voter is up when its own report or a reached leader's member list says so.
std::string rqlite_voters(const model::Snapshot& snapshot);

// Highest term that a responsive node names; 0 without one.
std::uint64_t rqlite_term(const model::Snapshot& snapshot);

}  // namespace fleetwatch::view
