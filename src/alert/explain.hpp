// The tables of rules and of consequences, as explanations.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/thresholds.hpp"
#include "base/result.hpp"
#include "model/explanation.hpp"

namespace fleetwatch::alert {

// All rules, in the order of their ids.
std::vector<model::Explanation> explain_all(const Thresholds& limits = {});

// `wanted` is "all", an id, or the key of an alert ("id@node/subject"). Errors: usage, naming the ids nearest to it.
Result<std::vector<model::Explanation>> explain(std::string_view wanted, const Thresholds& limits = {});

}  // namespace fleetwatch::alert
