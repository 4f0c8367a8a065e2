// One node in the cluster overview: what `monitor cluster --json` writes as a list.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct ClusterRow {
  std::string host;
  std::string role;
  std::optional<std::int64_t> mem_pct;
  std::optional<std::int64_t> disk_pct;
  std::optional<std::string> rqlite_state;  // "" when it was asked and does not respond
  std::optional<bool> wg_up;
  std::optional<std::string> services;  // "active/all"
  std::string status;                   // "ok" or "unreachable"
  std::optional<std::string> reason;    // FailureReason, only when unreachable
  std::optional<std::string> error;     // text for people, only when unreachable
  bool operator==(const ClusterRow&) const = default;
};

template <>
struct Described<ClusterRow> {
  static constexpr auto fields = std::tuple{
      field("host", &ClusterRow::host, "inventory host"),
      field("role", &ClusterRow::role, "inventory role"),
      field("mem_pct", &ClusterRow::mem_pct, Unit::percent, "memory in use"),
      field("disk_pct", &ClusterRow::disk_pct, Unit::percent, "disk in use"),
      field("rqlite_state", &ClusterRow::rqlite_state, "raft state; empty when rqlite does not respond"),
      field("wg_up", &ClusterRow::wg_up, "wg0 exists and is up"),
      field("services", &ClusterRow::services, "active units / all units of the report"),
      field("status", &ClusterRow::status, "ok or unreachable"),
      field("reason", &ClusterRow::reason, "why there is no report: a word of a closed list"),
      field("error", &ClusterRow::error, "why there is no report: text for people"),
  };
};

}  // namespace fleetwatch::model
