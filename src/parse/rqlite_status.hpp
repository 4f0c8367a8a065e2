// rqlite's GET /status: build, raft, membership, sizes of one node.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "model/rqlite.hpp"

namespace fleetwatch::parse {

// The part of the section that /status knows; `nodes` are the members with their vote alone. What the answer does not
// say is absent. Error: malformed (not a JSON object).
Result<model::Rqlite> parse_rqlite_status(std::string_view body);

}  // namespace fleetwatch::parse
