// rqlite's GET /nodes: who is a member and whom the asked node could reach.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/rqlite.hpp"

namespace fleetwatch::parse {

// By node id. Understands an object by id and, with `ver=2`, the key `nodes` with a list.
// Error: malformed (not a JSON object).
Result<std::map<std::string, model::RqliteMember>> parse_rqlite_nodes(std::string_view body);

}  // namespace fleetwatch::parse
