// rqlite's GET /debug/vars: counters since process start and figures of the Go runtime.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "model/rqlite.hpp"

namespace fleetwatch::parse {

struct RqliteVars {
  model::RqliteDebugVars counters;
  std::optional<std::int64_t> heap_mb;  // MiB, cut
};

// Counters are read from where rqlite 8 has them, else from names that older tools expected. A counter found nowhere is
// absent. Error: malformed (not a JSON object).
Result<RqliteVars> parse_rqlite_debug_vars(std::string_view body);

}  // namespace fleetwatch::parse
