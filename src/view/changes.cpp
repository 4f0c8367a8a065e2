#include "view/changes.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "view/failure.hpp"
#include "view/measurements.hpp"
#include "view/report_changes.hpp"
#include "view/restarts.hpp"

namespace fleetwatch::view {

namespace {

using model::Alert;
using model::Change;
using model::NodeResult;
using model::Snapshot;
using model::Value;

using NodesByHost = std::map<std::string_view, const NodeResult*>;

NodesByHost by_host(const Snapshot& snapshot) {
  NodesByHost nodes;
  for (const NodeResult& node : snapshot.nodes) nodes.emplace(node.node.host, &node);
  return nodes;
}

const NodeResult* find(const NodesByHost& nodes, std::string_view host) {
  const auto found = nodes.find(host);
  return found == nodes.end() ? nullptr : found->second;
}

std::optional<Value> status(const NodeResult* node) {
  if (node == nullptr) return std::nullopt;
  return Value(std::string(node->answered() ? "ok" : "unreachable"));
}

std::optional<Value> reason(const NodeResult* node) {
  if (node == nullptr) return std::nullopt;
  const auto word = failure_word(*node);
  return word ? std::optional<Value>(*word) : std::nullopt;
}

void add_status_changes(const NodeResult* before, const NodeResult* after, std::vector<Change>& out) {
  const std::string& host = (after != nullptr ? after : before)->node.host;
  const auto add = [&](std::string_view path, std::optional<Value> old_value, std::optional<Value> new_value) {
    if (old_value != new_value) out.push_back({host, std::string(path), std::move(old_value), std::move(new_value)});
  };
  add("status", status(before), status(after));
  add("reason", reason(before), reason(after));
  if (before != nullptr && after != nullptr) add("role", Value(before->node.role), Value(after->node.role));
}

bool partly_asked(const Snapshot& before, const Snapshot& after) { return before.filtered || after.filtered; }

// "disk at 91 %" and "disk at 92 %" are the same message.
bool same(const Alert& a, const Alert& b) {
  return a.severity == b.severity && without_measurements(a.message) == without_measurements(b.message);
}

// The alerts that both snapshots could have raised.
std::vector<Alert> comparable(const Judged& own, const Judged& other) {
  if (!partly_asked(own.snapshot, other.snapshot)) return own.alerts;
  const auto here = by_host(own.snapshot);
  const auto there = by_host(other.snapshot);
  std::vector<Alert> alerts = own.alerts;
  std::erase_if(alerts, [&](const Alert& alert) { return !here.contains(alert.node) || !there.contains(alert.node); });
  return alerts;
}

Value value_of(const Alert& alert) { return std::string(name_of(alert.severity)) + ": " + alert.message; }

}  // namespace

AlertChanges alert_changes(const Judged& before, const Judged& after) {
  const auto old_alerts = comparable(before, after);
  const auto new_alerts = comparable(after, before);
  std::map<std::string_view, const Alert*> now;
  for (const Alert& alert : new_alerts) now.emplace(alert.key, &alert);
  AlertChanges changes;
  std::set<std::string_view> known;
  for (const Alert& alert : old_alerts) {
    known.insert(alert.key);
    const auto found = now.find(alert.key);
    if (found == now.end()) {
      changes.cleared.push_back(alert);
    } else if (!same(alert, *found->second)) {
      changes.changed_before.push_back(alert);
      changes.changed.push_back(*found->second);
    }
  }
  for (const Alert& alert : new_alerts) {
    if (!known.contains(alert.key)) changes.raised.push_back(alert);
  }
  return changes;
}

std::vector<Change> node_changes(const Snapshot& before, const Snapshot& after) {
  const auto old_nodes = by_host(before);
  const auto new_nodes = by_host(after);
  const bool partly = partly_asked(before, after);
  std::vector<Change> changes;
  for (const NodeResult& node : after.nodes) {
    const NodeResult* other = find(old_nodes, node.node.host);
    if (other != nullptr || !partly) add_status_changes(other, &node, changes);
  }
  for (const NodeResult& node : before.nodes) {
    if (!partly && !new_nodes.contains(node.node.host)) add_status_changes(&node, nullptr, changes);
  }
  for (const NodeResult& node : after.nodes) {
    const NodeResult* other = find(old_nodes, node.node.host);
    if (other == nullptr || !other->report || !node.report) continue;
    add_restarts({before, *other}, {after, node}, changes);
    add_report_changes(node.node.host, *other->report, *node.report, changes);
  }
  return changes;
}

std::vector<Change> changes(const Judged& before, const Judged& after) {
  std::vector<Change> all = node_changes(before.snapshot, after.snapshot);
  const AlertChanges alerts = alert_changes(before, after);
  const auto path = [](const Alert& alert) { return "alerts[" + alert.key + "]"; };
  for (const Alert& alert : alerts.raised) all.push_back({alert.node, path(alert), std::nullopt, value_of(alert)});
  for (const Alert& alert : alerts.cleared) all.push_back({alert.node, path(alert), value_of(alert), std::nullopt});
  for (std::size_t i = 0; i < alerts.changed.size(); ++i) {
    const Alert& now = alerts.changed[i];
    all.push_back({now.node, path(now), value_of(alerts.changed_before[i]), value_of(now)});
  }
  return all;
}

}  // namespace fleetwatch::view
