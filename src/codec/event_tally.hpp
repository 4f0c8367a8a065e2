// A tally of events as JSON, and as series for Prometheus.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/json_writer.hpp"
#include "model/event_tally.hpp"

namespace fleetwatch::codec {

// `collected_at`, `components` (component, hosts, versions, types, governors, good, errors, expired), `left_out`.
std::string write_tally(const model::EventTally& tally, std::int64_t now_unix_ms, Layout layout);

// Text format 0.0.4, with the series of the reference: <prefix>_good_events, _process_errors, _event_types, _versions,
// _nodes_expired, _governor. The label `active` is 1: this tally takes part in no election.
std::string tally_series(const model::EventTally& tally, std::string_view prefix);

}  // namespace fleetwatch::codec
