// One namespace on one node: what `monitor namespaces --json` writes as a list. A node that was not reached has one
// entry without a namespace.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct NamespaceRow {
  std::optional<std::string> name;  // key "namespace"
  std::string host;
  std::optional<bool> rqlite_up;
  std::optional<std::string> rqlite_state;
  std::optional<bool> olric_up;
  std::optional<bool> gateway_up;
  std::optional<std::int64_t> gateway_status;
  std::string status;                 // "ok" or "unreachable"
  std::optional<std::string> reason;  // FailureReason, only when unreachable
  std::optional<std::string> error;   // text for people, only when unreachable
  bool operator==(const NamespaceRow&) const = default;
};

template <>
struct Described<NamespaceRow> {
  static constexpr auto fields = std::tuple{
      field("namespace", &NamespaceRow::name, "namespace"),
      field("host", &NamespaceRow::host, "inventory host"),
      field("rqlite_up", &NamespaceRow::rqlite_up, "its rqlite answers"),
      field("rqlite_state", &NamespaceRow::rqlite_state, "raft state"),
      field("olric_up", &NamespaceRow::olric_up, "its olric listens"),
      field("gateway_up", &NamespaceRow::gateway_up, "its gateway answers"),
      field("gateway_status", &NamespaceRow::gateway_status, "HTTP status of its gateway"),
      field("status", &NamespaceRow::status, "ok or unreachable"),
      field("reason", &NamespaceRow::reason, "why there is no report: a word of a closed list"),
      field("error", &NamespaceRow::error, "why there is no report: text for people"),
  };
};

}  // namespace fleetwatch::model
