// What `monitor report --compact` writes: one JSON object for a language model with a small budget. What came from the
// nodes as text stands below a key `untrusted` and nowhere else; numbers, true and false are given as they are.
#pragma once

#include <map>
#include <variant>

#include "model/field.hpp"

namespace fleetwatch::model {

// A number that differs between the nodes of one entry.
struct CompactRange {
  double lowest = 0;
  double highest = 0;
  bool operator==(const CompactRange&) const = default;
};

template <>
struct Described<CompactRange> {
  static constexpr auto fields = std::tuple{
      field("lowest", &CompactRange::lowest, "lowest of the nodes"),
      field("highest", &CompactRange::highest, "highest of the nodes"),
  };
};

using CompactValue = std::variant<bool, std::int64_t, std::uint64_t, double, std::string, CompactRange>;
using CompactValues = std::map<std::string, CompactValue>;

struct CompactCounts {
  std::int64_t nodes = 0;
  std::int64_t answered = 0;
  std::int64_t healthy = 0;
  std::int64_t critical_alerts = 0;
  std::int64_t warning_alerts = 0;
  std::int64_t info_alerts = 0;
  bool operator==(const CompactCounts&) const = default;
};

template <>
struct Described<CompactCounts> {
  static constexpr auto fields = std::tuple{
      field("nodes", &CompactCounts::nodes, "nodes asked"),
      field("answered", &CompactCounts::answered, "nodes that gave a report"),
      field("healthy", &CompactCounts::healthy, "nodes whose status is healthy"),
      field("critical_alerts", &CompactCounts::critical_alerts, "critical alerts, effects included"),
      field("warning_alerts", &CompactCounts::warning_alerts, "warnings, effects included"),
      field("info_alerts", &CompactCounts::info_alerts, "notes, effects included"),
  };
};

struct CompactSummary {
  std::string rqlite_leader;
  std::string rqlite_voters;
  std::uint64_t rqlite_raft_term = 0;
  std::string wg_mesh_status;
  std::string service_health;
  bool operator==(const CompactSummary&) const = default;
};

template <>
struct Described<CompactSummary> {
  static constexpr auto fields = std::tuple{
      field("rqlite_leader", &CompactSummary::rqlite_leader, "inventory host of the leader, or none"),
      field("rqlite_voters", &CompactSummary::rqlite_voters, "voters that are up / all voters"),
      field("rqlite_raft_term", &CompactSummary::rqlite_raft_term, "highest raft term; 0 when no node names one"),
      field("wg_mesh_status", &CompactSummary::wg_mesh_status, "all connected, degraded: ..., down or unknown"),
      field("service_health", &CompactSummary::service_health, "all nominal, what is not, or unknown"),
  };
};

struct CompactEffects {
  std::int64_t count = 0;
  std::optional<std::map<std::string, std::int64_t>> rules;  // rule to number of effects
  bool operator==(const CompactEffects&) const = default;
};

template <>
struct Described<CompactEffects> {
  static constexpr auto fields = std::tuple{
      field("count", &CompactEffects::count, "alerts that follow from this one"),
      field("rules", &CompactEffects::rules, "how many of each rule"),
  };
};

struct CompactAlertText {
  std::vector<std::string> messages;  // of the first alerts of the entry, each once
  std::optional<CompactValues> evidence;
  std::optional<std::string> hint;
  std::optional<std::vector<std::string>> effect_keys;
  bool operator==(const CompactAlertText&) const = default;
};

template <>
struct Described<CompactAlertText> {
  static constexpr auto fields = std::tuple{
      field("messages", &CompactAlertText::messages, "what the rule says"),
      field("evidence", &CompactAlertText::evidence, "texts of the report that the rule looked at"),
      field("hint", &CompactAlertText::hint, "what to do next, with names that the node gave"),
      field("effect_keys", &CompactAlertText::effect_keys, "keys of some effects"),
  };
};

// All alerts of one rule and subject that have no cause of their own, and what follows from them.
struct CompactAlert {
  std::string severity;  // highest of the entry, effects included
  std::string id;
  std::string nodes;  // "cluster", or inventory hosts as "203.0.113.[10-14], n7"
  std::int64_t node_count = 0;
  std::optional<std::int64_t> alert_count;  // when not one per node
  std::optional<CompactValues> evidence;
  std::optional<CompactEffects> effects;
  std::optional<std::string> hint;
  std::optional<CompactAlertText> untrusted;
  bool operator==(const CompactAlert&) const = default;
};

template <>
struct Described<CompactAlert> {
  static constexpr auto fields = std::tuple{
      field("severity", &CompactAlert::severity, "critical, warning or info"),
      field("id", &CompactAlert::id, "rule"),
      field("nodes", &CompactAlert::nodes, "inventory hosts, or cluster"),
      field("node_count", &CompactAlert::node_count, "how many hosts that are"),
      field("alert_count", &CompactAlert::alert_count, "alerts, when not one per host"),
      field("evidence", &CompactAlert::evidence, "numbers of the report that the rule looked at"),
      field("effects", &CompactAlert::effects, "alerts that follow from these"),
      field("hint", &CompactAlert::hint, "what to do next, for the first host"),
      field("untrusted", &CompactAlert::untrusted, "texts from nodes"),
  };
};

struct CompactNodeText {
  std::optional<std::string> error;
  std::optional<std::string> version;
  std::optional<std::string> raft_state;
  std::optional<std::map<std::string, std::string>> services;
  std::optional<std::vector<std::string>> errors;
  bool operator==(const CompactNodeText&) const = default;
};

template <>
struct Described<CompactNodeText> {
  static constexpr auto fields = std::tuple{
      field("error", &CompactNodeText::error, "why there is no report"),
      field("version", &CompactNodeText::version, "collector's version, where it is not the usual one"),
      field("raft_state", &CompactNodeText::raft_state, "where it is neither Leader nor Follower"),
      field("services", &CompactNodeText::services, "units that are not in their usual state"),
      field("errors", &CompactNodeText::errors, "what the collector could not read"),
  };
};

// Nodes that deviate from the fleet in the same way; the first entry may be of those that do not deviate.
struct CompactNode {
  std::string nodes;
  std::int64_t node_count = 0;
  std::string status;                 // "healthy", "degraded" or "unreachable"
  std::optional<std::string> reason;  // FailureReason, only when unreachable
  std::optional<std::vector<std::string>> alerts;
  std::optional<CompactValues> values;
  std::optional<CompactNodeText> untrusted;
  bool operator==(const CompactNode&) const = default;
};

template <>
struct Described<CompactNode> {
  static constexpr auto fields = std::tuple{
      field("nodes", &CompactNode::nodes, "inventory hosts"),
      field("node_count", &CompactNode::node_count, "how many that are"),
      field("status", &CompactNode::status, "healthy, degraded or unreachable"),
      field("reason", &CompactNode::reason, "why there is no report: a word of a closed list"),
      field("alerts", &CompactNode::alerts, "rules that fired on the node itself"),
      field("values", &CompactNode::values, "numbers that they looked at"),
      field("untrusted", &CompactNode::untrusted, "texts from nodes"),
  };
};

struct CompactTruncated {
  std::int64_t alerts = 0;  // without effects
  std::int64_t nodes = 0;
  bool operator==(const CompactTruncated&) const = default;
};

template <>
struct Described<CompactTruncated> {
  static constexpr auto fields = std::tuple{
      field("alerts", &CompactTruncated::alerts, "alerts without a cause of their own that were left out"),
      field("nodes", &CompactTruncated::nodes, "nodes that were left out"),
  };
};

struct CompactReport {
  std::string note;
  std::string verdict;
  std::string environment;
  std::string collected_at;  // start, RFC 3339, UTC, whole seconds
  double duration_seconds = 0;
  CompactCounts counts;
  std::optional<CompactSummary> summary;
  std::vector<CompactAlert> alerts;  // by severity, then by number of effects
  std::vector<CompactNode> nodes;
  std::optional<CompactTruncated> truncated;
  bool operator==(const CompactReport&) const = default;
};

template <>
struct Described<CompactReport> {
  static constexpr auto fields = std::tuple{
      field("note", &CompactReport::note, "how to read texts from nodes"),
      field("verdict", &CompactReport::verdict, "one sentence"),
      field("environment", &CompactReport::environment, "environment asked for"),
      field("collected_at", &CompactReport::collected_at, "start of collection, UTC, RFC 3339"),
      field("duration_seconds", &CompactReport::duration_seconds, Unit::seconds, "whole collection, one decimal"),
      field("counts", &CompactReport::counts, "nodes and alerts"),
      field("summary", &CompactReport::summary, "the cluster in a few values"),
      field("alerts", &CompactReport::alerts, "the most important first"),
      field("nodes", &CompactReport::nodes, "the nodes without deviation first, then the worst"),
      field("truncated", &CompactReport::truncated, "what was left out to stay within the budget"),
  };
};

}  // namespace fleetwatch::model
