// Section `deployments`: what tenants run on the node, one unit `orama-deploy-…` each. Source: systemd.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Deployments {
  std::optional<std::int64_t> total_count;
  std::optional<std::int64_t> running_count;
  std::optional<std::int64_t> failed_count;
  std::optional<std::int64_t> static_count;  // only the reference writes it, always 0
  std::optional<std::string> error;          // only the reference writes it; ours is in the report's `errors`
  UnknownMembers unknown;
  bool operator==(const Deployments&) const = default;
};

template <>
struct Described<Deployments> {
  static constexpr auto fields = std::tuple{
      field("total_count", &Deployments::total_count, "units whose file exists, stopped ones too"),
      field("running_count", &Deployments::running_count, "units in sub state running"),
      field("failed_count", &Deployments::failed_count, "units in active state failed"),
      field("static_count", &Deployments::static_count, "deployments without a process; not counted by ours"),
      field("error", &Deployments::error, "why the list could not be read (reference collector)"),
  };
};

}  // namespace fleetwatch::model
