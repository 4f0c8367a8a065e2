// Section `serverless`: the engine that runs functions inside the gateway. Source: GET /v1/health of the gateway.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Serverless {
  std::optional<std::int64_t> function_count;  // only the reference writes it, always 0
  std::optional<std::string> engine_status;
  UnknownMembers unknown;
  bool operator==(const Serverless&) const = default;
};

template <>
struct Described<Serverless> {
  static constexpr auto fields = std::tuple{
      field("function_count", &Serverless::function_count, "functions; not counted by ours"),
      field("engine_status", &Serverless::engine_status, "healthy, unhealthy (HTTP <status>), unreachable or unknown"),
  };
};

}  // namespace fleetwatch::model
