#include "view/compact_nodes.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "view/compact_evidence.hpp"
#include "view/failure.hpp"
#include "view/host_ranges.hpp"

namespace fleetwatch::view {

namespace {

using model::Alert;
using model::CompactNode;
using model::CompactNodeText;
using model::NodeReport;
using model::NodeResult;
using model::Service;
using model::Snapshot;

constexpr std::size_t kHostBytes = 64;  // of one host name
constexpr std::size_t kWordBytes = 60;  // of a state, a version or a unit
constexpr std::size_t kServices = 20;   // of one node, by name

// How often each text was seen.
class Votes {
 public:
  void add(std::string_view text) { ++votes_[text]; }
  // The most frequent one; of equally frequent ones `preferred`, else the first by name.
  std::string_view winner(std::string_view preferred) const {
    std::string_view best;
    std::size_t most = 0;
    for (const auto& [text, votes] : votes_) {
      if (votes > most || (votes == most && text == preferred)) best = text;
      most = std::max(most, votes);
    }
    return best;
  }

 private:
  std::map<std::string_view, std::size_t> votes_;
};

// What is usual in this fleet: the version of each collector, the state of each unit on nodes of the same kind.
class Usual {
 public:
  explicit Usual(const Snapshot& snapshot) {
    for (const auto& node : snapshot.nodes) {
      if (!node.report) continue;
      if (node.report->version) versions_[collector_of(*node.report)].add(*node.report->version);
      if (!node.report->services) continue;
      for (const auto& service : node.report->services->services) {
        states_[{node.node.is_nameserver(), service.name}].add(service.active_state);
      }
    }
  }

  bool is_usual_version(const NodeReport& report) const {
    return !report.version || versions_.at(collector_of(report)).winner({}) == *report.version;
  }
  bool is_usual_state(const NodeResult& node, const Service& service) const {
    if (service.active_state == "failed" || service.restart_loop_risk.value_or(false)) return false;
    return states_.at({node.node.is_nameserver(), service.name}).winner("active") == service.active_state;
  }

 private:
  static std::string_view collector_of(const NodeReport& report) {
    return report.collector ? std::string_view(report.collector->name) : std::string_view();
  }

  std::map<std::string_view, Votes> versions_;
  std::map<std::pair<bool, std::string_view>, Votes> states_;
};

using OwnAlerts = std::unordered_map<std::string_view, std::vector<std::string_view>>;

// The rules that fired on each node and follow from nothing on another one.
OwnAlerts own_alerts(const std::vector<AlertGroup>& groups) {
  OwnAlerts own;
  for (const AlertGroup& group : groups) {
    auto& ids = own[group.cause->node];
    const auto add = [&](const Alert& alert) {
      if (std::find(ids.begin(), ids.end(), alert.id) == ids.end()) ids.emplace_back(alert.id);
    };
    add(*group.cause);
    for (const Alert* effect : group.effects) {
      if (effect->node == group.cause->node) add(*effect);
    }
  }
  return own;
}

class Writer {
 public:
  Writer(const Snapshot& snapshot, const std::vector<AlertGroup>& groups, const CompactDetail& detail)
      : usual_(snapshot), own_(own_alerts(groups)), detail_(detail) {}

  CompactNode write(const NodeResult& result, std::string_view status) const {
    CompactNode node;
    node.status = status;
    add_alerts(result, node);
    CompactNodeText text;
    if (result.report) {
      add_texts(result, text);
    } else {
      node.reason = failure_word(result);
      text.error = foreign_text(failure_text(result), detail_.message_bytes);
    }
    if (text != CompactNodeText{}) node.untrusted = std::move(text);
    return node;
  }

 private:
  void add_alerts(const NodeResult& result, CompactNode& node) const {
    const auto found = own_.find(result.node.host);
    if (found == own_.end()) return;
    node.alerts.emplace(found->second.begin(), found->second.end());
    if (!result.report) return;
    Evidence values;
    for (const auto rule : found->second) add_values(values, *result.report, rule);
    node.values = values.numbers();
  }

  void add_texts(const NodeResult& result, CompactNodeText& text) const {
    const NodeReport& report = *result.report;
    if (!usual_.is_usual_version(report)) text.version = foreign_text(*report.version, kWordBytes);
    if (report.rqlite && report.rqlite->raft_state) {
      const auto& state = *report.rqlite->raft_state;
      if (state != "Leader" && state != "Follower") text.raft_state = foreign_text(state, kWordBytes);
    }
    if (report.services) {
      std::map<std::string, std::string> services;
      for (const auto& service : report.services->services) {
        if (services.size() == kServices || usual_.is_usual_state(result, service)) continue;
        services.emplace(foreign_text(service.name, kWordBytes), foreign_text(service.active_state, kWordBytes));
      }
      if (!services.empty()) text.services = std::move(services);
    }
    std::vector<std::string> errors;
    for (const auto& error : report.errors) {
      if (errors.size() == detail_.errors) break;
      errors.push_back(foreign_text(error, detail_.message_bytes));
    }
    if (!errors.empty()) text.errors = std::move(errors);
  }

  Usual usual_;
  OwnAlerts own_;
  const CompactDetail& detail_;
};

bool deviates(const CompactNode& node) {
  return node.status != "healthy" || node.alerts || node.values || node.untrusted;
}

int rank(const CompactNode& node) {
  if (!deviates(node)) return 0;
  if (node.status == "unreachable") return 1;
  return node.status == "degraded" ? 2 : 3;
}

}  // namespace

std::vector<CompactNode> compact_nodes(const Snapshot& snapshot, const std::vector<AlertGroup>& groups,
                                       const std::vector<std::string_view>& statuses, const CompactDetail& detail,
                                       std::size_t most) {
  const Writer writer(snapshot, groups, detail);
  std::vector<std::pair<CompactNode, std::vector<std::string>>> entries;
  for (std::size_t i = 0; i < snapshot.nodes.size(); ++i) {
    auto node = writer.write(snapshot.nodes[i], statuses[i]);
    auto entry = std::find_if(entries.begin(), entries.end(), [&](const auto& known) { return known.first == node; });
    if (entry == entries.end()) {
      // One more than is shown, of every kind: nothing that matters is lost, and a hostile fleet costs no more.
      const auto alike = std::count_if(entries.begin(), entries.end(),
                                       [&](const auto& known) { return rank(known.first) == rank(node); });
      if (static_cast<std::size_t>(alike) > most) continue;
      entry = entries.insert(entries.end(), {std::move(node), {}});
    }
    entry->second.push_back(foreign_text(snapshot.nodes[i].node.host, kHostBytes));
  }
  std::stable_sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::pair(rank(a.first), b.second.size()) < std::pair(rank(b.first), a.second.size());
  });
  std::vector<CompactNode> nodes;
  for (auto& [node, hosts] : entries) {
    if (nodes.size() == most) break;
    node.nodes = host_ranges(hosts, detail.hosts_bytes);
    node.node_count = static_cast<std::int64_t>(hosts.size());
    nodes.push_back(std::move(node));
  }
  return nodes;
}

}  // namespace fleetwatch::view
