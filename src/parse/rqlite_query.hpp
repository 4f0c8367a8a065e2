// rqlite's answer to POST /db/query with one statement that gives one value.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

// Succeeds when the answer (of HTTP status 200, which rqlite also sends with an error in the body) holds exactly one
// value and no error. Errors: unavailable with rqlite's own reason; malformed.
Result<void> parse_rqlite_single_value(std::string_view body);

}  // namespace fleetwatch::parse
