// The gateway's GET /v1/health.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "model/gateway.hpp"

namespace fleetwatch::parse {

// `version` and `subsystems` of the section; subsystems that are not objects are left out.
// Error: malformed (not a JSON object).
Result<model::Gateway> parse_gateway_health(std::string_view body);

}  // namespace fleetwatch::parse
