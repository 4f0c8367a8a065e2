// What `monitor report` has beyond the other views: the compact form.
#pragma once

#include <string>
#include <vector>

#include "cli/monitor_options.hpp"
#include "model/alert.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::cli {

// --compact and --max-tokens. `options` outlives the parsing.
void add_report_options(CLI::App& command, MonitorOptions& options);

// The compact report as one line of JSON, at most `max_tokens` tokens long; with `flat`, effects are not folded.
std::string compact_json(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                         std::size_t max_tokens, bool flat);

}  // namespace fleetwatch::cli
