// A Choria network as JSON.
#pragma once

#include <string>

#include "codec/json_writer.hpp"
#include "model/choria_overview.hpp"

namespace fleetwatch::codec {

// Keys `broker`, `collected_at`, `events` (as write_seen_event), `events_read`, `components`, `connections`,
// `elections`, `missing`. What could not be read is left out.
std::string write_overview(const model::ChoriaOverview& overview, Layout layout);

}  // namespace fleetwatch::codec
