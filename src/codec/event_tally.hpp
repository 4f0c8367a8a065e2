// A tally of events as JSON, and as series for Prometheus.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/json_writer.hpp"
#include "model/event_tally.hpp"

namespace fleetwatch::codec {

// `collected_at`; `active` (leads its election, or takes part in none); `components`: component, hosts, versions,
// types, governors, good, errors, expired, processing_sec (of all its events together); `machines`, by name and
// version: machine, version, transitions (transition, from, to, count), exec_watchers (watcher, success, failures, and
// run_time_sec of both together); `transition_errors` and `exec_watcher_errors`, messages that were neither;
// `left_out` (events of hosts and names of which there were too many, or that were too long) and `dropped` (messages).
std::string write_tally(const model::EventTally& tally, std::int64_t now_unix_ms, Layout layout);

// Text format 0.0.4, with the series of the reference: <prefix>_good_events, _process_errors, _event_types, _versions,
// _processing_time, _nodes_expired, _governor, _machine_transition, _exec_watcher_success, _exec_watcher_failures and
// _exec_watcher_runtime; and _left_out and _dropped, as in the JSON. Times are in seconds. All series have the label
// `active`, 1 or 0: _versions that of this moment, the others that of when it was counted, so that none of them ever
// sinks.
std::string tally_series(const model::EventTally& tally, std::string_view prefix);

}  // namespace fleetwatch::codec
