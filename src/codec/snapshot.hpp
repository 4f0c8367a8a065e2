// A saved snapshot: one JSON document with everything that a view needs, and no secret (no password, no key path).
// Alerts are not in it: the rules run again on reading.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::codec {

inline constexpr std::string_view kSnapshotSchema = "fleetwatch.snapshot/1";

std::string write_snapshot(const model::Snapshot& snapshot);

// Errors: malformed (with the path; another schema is named), too_large.
Result<model::Snapshot> read_snapshot(std::string_view json);

}  // namespace fleetwatch::codec
