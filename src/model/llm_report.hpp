// What `monitor report` writes: one JSON object with a summary, all alerts and every node's report.
#pragma once

#include "model/alert.hpp"
#include "model/field.hpp"
#include "model/report.hpp"

namespace fleetwatch::model {

struct LlmMeta {
  std::string environment;
  std::string collected_at;  // start, RFC 3339, UTC, whole seconds
  double duration_seconds = 0;
  std::int64_t node_count = 0;
  std::int64_t healthy_count = 0;
  std::int64_t answered_count = 0;
  bool operator==(const LlmMeta&) const = default;
};

template <>
struct Described<LlmMeta> {
  static constexpr auto fields = std::tuple{
      field("environment", &LlmMeta::environment, "environment asked for"),
      field("collected_at", &LlmMeta::collected_at, "start of collection, UTC, RFC 3339"),
      field("duration_seconds", &LlmMeta::duration_seconds, Unit::seconds, "whole collection, one decimal"),
      field("node_count", &LlmMeta::node_count, "nodes asked"),
      field("healthy_count", &LlmMeta::healthy_count, "nodes whose status is healthy"),
      field("answered_count", &LlmMeta::answered_count, "nodes that gave a report"),
  };
};

struct LlmSummary {
  std::string rqlite_leader;
  std::string rqlite_voters;
  std::uint64_t rqlite_raft_term = 0;
  std::string wg_mesh_status;
  std::string service_health;
  std::int64_t critical_alerts = 0;
  std::int64_t warning_alerts = 0;
  std::int64_t info_alerts = 0;
  bool operator==(const LlmSummary&) const = default;
};

template <>
struct Described<LlmSummary> {
  static constexpr auto fields = std::tuple{
      field("rqlite_leader", &LlmSummary::rqlite_leader, "the leader's WireGuard address, or none"),
      field("rqlite_voters", &LlmSummary::rqlite_voters, "voters that are up / all voters"),
      field("rqlite_raft_term", &LlmSummary::rqlite_raft_term, "highest raft term; 0 when no node names one"),
      field("wg_mesh_status", &LlmSummary::wg_mesh_status, "all connected, degraded: ..., down or unknown"),
      field("service_health", &LlmSummary::service_health, "all nominal, what is not, or unknown"),
      field("critical_alerts", &LlmSummary::critical_alerts, "critical alerts, effects included"),
      field("warning_alerts", &LlmSummary::warning_alerts, "warnings, effects included"),
      field("info_alerts", &LlmSummary::info_alerts, "notes, effects included"),
  };
};

struct LlmNode {
  std::string host;
  std::string role;
  std::string status;                 // "healthy", "degraded" or "unreachable"
  std::optional<std::string> reason;  // FailureReason, only when unreachable
  std::optional<std::string> error;   // text for people, only when unreachable
  std::int64_t collection_ms = 0;
  std::optional<NodeReport> report;
  bool operator==(const LlmNode&) const = default;
};

template <>
struct Described<LlmNode> {
  static constexpr auto fields = std::tuple{
      field("host", &LlmNode::host, "inventory host"),
      field("role", &LlmNode::role, "inventory role"),
      field("status", &LlmNode::status, "healthy, degraded or unreachable"),
      field("reason", &LlmNode::reason, "why there is no report: a word of a closed list"),
      field("error", &LlmNode::error, "why there is no report: text for people"),
      field("collection_ms", &LlmNode::collection_ms, Unit::milliseconds, "wall time of asking this node"),
      field("report", &LlmNode::report, "the node's own report"),
  };
};

struct LlmReport {
  LlmMeta meta;
  LlmSummary summary;
  std::vector<Alert> alerts;  // sorted by severity
  std::vector<LlmNode> nodes;
  bool operator==(const LlmReport&) const = default;
};

template <>
struct Described<LlmReport> {
  static constexpr auto fields = std::tuple{
      field("meta", &LlmReport::meta, "what was asked, when, and how many answered"),
      field("summary", &LlmReport::summary, "the cluster in a few values"),
      field("alerts", &LlmReport::alerts, "all alerts by severity"),
      field("nodes", &LlmReport::nodes, "every node asked, inventory order"),
  };
};

}  // namespace fleetwatch::model
