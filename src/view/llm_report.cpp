#include "view/llm_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/rfc3339.hpp"
#include "view/alerts.hpp"
#include "view/failure.hpp"
#include "view/rqlite.hpp"
#include "view/wireguard.hpp"

namespace fleetwatch::view {

namespace {

using model::Alert;
using model::NodeReport;
using model::Severity;
using model::Snapshot;

std::int64_t count(std::size_t number) { return static_cast<std::int64_t>(number); }

// Nodes with a critical alert of their own: one that is no effect of something on another node.
std::set<std::string_view> nodes_in_trouble(const std::vector<Alert>& alerts) {
  std::set<std::string_view> nodes;
  for (const AlertGroup& group : fold(alerts)) {
    if (group.cause->severity == Severity::critical) nodes.insert(group.cause->node);
    for (const Alert* effect : group.effects) {
      if (effect->severity == Severity::critical && effect->node == group.cause->node) nodes.insert(effect->node);
    }
  }
  return nodes;
}

bool parts_work(const NodeReport& report) {
  if (report.gateway && report.gateway->responsive == false) return false;
  if (!report.rqlite) return true;
  if (report.rqlite->responsive == false) return false;
  const auto& state = report.rqlite->raft_state;
  return !state || *state == "Leader" || *state == "Follower";
}

std::vector<model::LlmNode> llm_nodes(const Snapshot& snapshot, const std::vector<Alert>& alerts) {
  const auto statuses = node_statuses(snapshot, alerts);
  std::vector<model::LlmNode> nodes;
  for (std::size_t i = 0; i < snapshot.nodes.size(); ++i) {
    const auto& result = snapshot.nodes[i];
    model::LlmNode node;
    node.host = result.node.host;
    node.role = result.node.role;
    node.collection_ms = result.duration_ms;
    node.report = result.report;
    node.status = statuses[i];
    if (!result.report) {
      node.reason = failure_word(result);
      node.error = failure_text(result);
    }
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace

double tenths(std::int64_t duration_ms) { return std::round(static_cast<double>(duration_ms) / 100) / 10; }

std::vector<std::string_view> node_statuses(const Snapshot& snapshot, const std::vector<Alert>& alerts) {
  const auto in_trouble = nodes_in_trouble(alerts);
  std::vector<std::string_view> statuses;
  statuses.reserve(snapshot.nodes.size());
  for (const auto& result : snapshot.nodes) {
    if (!result.report) {
      statuses.emplace_back("unreachable");
    } else {
      const bool healthy = parts_work(*result.report) && !in_trouble.contains(result.node.host);
      statuses.emplace_back(healthy ? "healthy" : "degraded");
    }
  }
  return statuses;
}

std::string service_health(const Snapshot& snapshot, const std::vector<Alert>& alerts) {
  const bool any_data = std::any_of(snapshot.nodes.begin(), snapshot.nodes.end(), [](const auto& node) {
    return node.report && node.report->services && !node.report->services->services.empty();
  });
  if (!any_data) return "unknown";
  // The rules know which units a node may lack; counting states here would call every ordinary node sick.
  std::unordered_map<std::string_view, std::size_t> by_rule;
  for (const Alert& alert : alerts) ++by_rule[alert.id];
  const std::size_t failed = by_rule["service.failed"] + by_rule["service.failed_unit"];
  const std::size_t inactive = by_rule["service.not_active"];
  const std::size_t looping = by_rule["service.restart_loop"];
  if (failed + inactive + looping == 0) return "all nominal";
  return fmt::format("{} failed, {} inactive, {} restart-looping", failed, inactive, looping);
}

model::LlmReport llm_report(const Snapshot& snapshot, const std::vector<Alert>& alerts) {
  model::LlmReport report;
  report.alerts = alerts;
  std::stable_sort(report.alerts.begin(), report.alerts.end(),
                   [](const Alert& a, const Alert& b) { return a.severity < b.severity; });
  report.nodes = llm_nodes(snapshot, alerts);

  const auto& nodes = report.nodes;
  report.meta.environment = snapshot.environment;
  report.meta.collected_at = rfc3339(snapshot.collected_at_unix_ms);
  report.meta.duration_seconds = tenths(snapshot.duration_ms);
  report.meta.node_count = count(nodes.size());
  report.meta.healthy_count =
      std::count_if(nodes.begin(), nodes.end(), [](const auto& node) { return node.status == "healthy"; });
  report.meta.answered_count =
      std::count_if(nodes.begin(), nodes.end(), [](const auto& node) { return node.report.has_value(); });

  report.summary.rqlite_leader = rqlite_leader(snapshot);
  report.summary.rqlite_voters = rqlite_voters(snapshot);
  report.summary.rqlite_raft_term = rqlite_term(snapshot);
  report.summary.wg_mesh_status = mesh_status(snapshot);
  report.summary.service_health = service_health(snapshot, alerts);
  report.summary.critical_alerts = count(count_of(alerts, Severity::critical));
  report.summary.warning_alerts = count(count_of(alerts, Severity::warning));
  report.summary.info_alerts = count(count_of(alerts, Severity::info));
  return report;
}

}  // namespace fleetwatch::view
