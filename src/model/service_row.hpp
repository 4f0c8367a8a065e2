// The units of one node: what `monitor service --json` writes as a list.
#pragma once

#include <map>

#include "model/field.hpp"

namespace fleetwatch::model {

struct ServiceRow {
  std::string host;
  std::optional<std::map<std::string, std::string>> services;  // unit → active state; units that do not exist left out
  std::string status;                                          // "ok" or "unreachable"
  std::optional<std::string> reason;                           // FailureReason, only when unreachable
  std::optional<std::string> error;                            // text for people, only when unreachable
  bool operator==(const ServiceRow&) const = default;
};

template <>
struct Described<ServiceRow> {
  static constexpr auto fields = std::tuple{
      field("host", &ServiceRow::host, "inventory host"),
      field("services", &ServiceRow::services, "active state by unit"),
      field("status", &ServiceRow::status, "ok or unreachable"),
      field("reason", &ServiceRow::reason, "why there is no report: a word of a closed list"),
      field("error", &ServiceRow::error, "why there is no report: text for people"),
  };
};

}  // namespace fleetwatch::model
