// The whole of a snapshot for a program or a language model to read.
#pragma once

#include <vector>

#include "model/alert.hpp"
#include "model/llm_report.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::view {

model::LlmReport llm_report(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts);

}  // namespace fleetwatch::view
