// The whole of a snapshot for a program or a language model to read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert.hpp"
#include "model/llm_report.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::view {

model::LlmReport llm_report(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts);

// "healthy", "degraded" (answered, and has a critical alert of its own or a part that does not work) or "unreachable",
// for every node.
std::vector<std::string_view> node_statuses(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts);

// "all nominal", "<n> failed, <m> inactive, <k> restart-looping", or "unknown".
std::string service_health(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts);

// Seconds with one decimal.
double tenths(std::int64_t duration_ms);

}  // namespace fleetwatch::view
