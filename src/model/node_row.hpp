// One node with all that it says: what `monitor node --json` writes as a list.
#pragma once

#include "model/report.hpp"

namespace fleetwatch::model {

struct NodeRow {
  std::string host;
  std::string role;
  std::string status;                 // "ok", "unreachable", or "unknown": neither a report nor a reason
  std::optional<std::string> reason;  // FailureReason, only when unreachable
  std::optional<std::string> error;   // text for people, only without a report
  std::optional<NodeReport> report;
  bool operator==(const NodeRow&) const = default;
};

template <>
struct Described<NodeRow> {
  static constexpr auto fields = std::tuple{
      field("host", &NodeRow::host, "inventory host"),
      field("role", &NodeRow::role, "inventory role"),
      field("status", &NodeRow::status, "ok, unreachable or unknown"),
      field("reason", &NodeRow::reason, "why there is no report: a word of a closed list"),
      field("error", &NodeRow::error, "why there is no report: text for people"),
      field("report", &NodeRow::report, "the node's own report"),
  };
};

}  // namespace fleetwatch::model
