#include "view/compact_alerts.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "base/text.hpp"
#include "view/compact_evidence.hpp"
#include "view/failure.hpp"
#include "view/host_ranges.hpp"

namespace fleetwatch::view {

namespace {

using model::Alert;
using model::CompactAlert;
using model::NodeResult;
using model::Severity;
using model::Snapshot;

constexpr std::size_t kHostBytes = 64;            // of one host name
constexpr std::size_t kAlertsLookedAt = 200;      // of one entry, for evidence and messages
constexpr std::string_view kCluster = "cluster";  // the node of an alert about all of them

struct Entry {
  Severity severity = Severity::info;
  std::vector<const AlertGroup*> groups;
  std::size_t effects = 0;
};

using Nodes = std::unordered_map<std::string_view, const NodeResult*>;

std::int64_t count(std::size_t number) { return static_cast<std::int64_t>(number); }

std::vector<Entry> entries_of(const std::vector<AlertGroup>& groups, bool by_rule) {
  std::vector<Entry> entries;
  std::map<std::tuple<Severity, std::string_view, std::string_view>, std::size_t> known;
  for (const AlertGroup& group : groups) {
    const auto subject = by_rule ? std::string_view() : subject_of(*group.cause);
    const auto [at, is_new] = known.try_emplace({group.severity, group.cause->id, subject}, entries.size());
    if (is_new) entries.push_back({group.severity, {}, 0});
    Entry& entry = entries[at->second];
    entry.groups.push_back(&group);
    entry.effects += group.effects.size();
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (a.severity != b.severity) return a.severity < b.severity;
    return std::pair(a.effects, a.groups.size()) > std::pair(b.effects, b.groups.size());
  });
  return entries;
}

class Writer {
 public:
  Writer(const Snapshot& snapshot, const CompactDetail& detail) : snapshot_(snapshot), detail_(detail) {
    for (const auto& node : snapshot.nodes) nodes_.emplace(node.node.host, &node);
  }

  CompactAlert write(const Entry& entry) const {
    const Alert& first = *entry.groups.front()->cause;
    CompactAlert alert;
    alert.severity = name_of(entry.severity);
    alert.id = first.id;
    name_nodes(entry, alert);
    alert.untrusted.emplace();
    add_values(entry, alert);
    for (const AlertGroup* group : looked_at(entry)) {
      auto& messages = alert.untrusted->messages;
      if (messages.size() >= detail_.messages) break;
      auto message = foreign_text(group->cause->message, detail_.message_bytes);
      if (std::find(messages.begin(), messages.end(), message) == messages.end()) {
        messages.push_back(std::move(message));
      }
    }
    if (entry.effects > 0) add_effects(entry, alert);
    if (!first.commands.empty() &&
        (detail_.hints || (detail_.critical_hints && entry.severity == Severity::critical))) {
      // A command about a unit or a peer carries the name that the node gave it.
      auto& place = subject_of(first).empty() ? alert.hint : alert.untrusted->hint;
      place = foreign_text(join(first.commands, "; "), 2 * detail_.message_bytes);
    }
    return alert;
  }

 private:
  static std::vector<const AlertGroup*> looked_at(const Entry& entry) {
    const auto number = std::min(entry.groups.size(), kAlertsLookedAt);
    return {entry.groups.begin(), entry.groups.begin() + static_cast<std::ptrdiff_t>(number)};
  }

  void name_nodes(const Entry& entry, CompactAlert& alert) const {
    std::vector<std::string> hosts;
    std::set<std::string_view> seen;
    for (const AlertGroup* group : entry.groups) {
      if (seen.insert(group->cause->node).second) hosts.push_back(foreign_text(group->cause->node, kHostBytes));
    }
    alert.nodes = host_ranges(hosts, detail_.hosts_bytes);
    alert.node_count = count(hosts.size());
    if (entry.groups.size() != hosts.size()) alert.alert_count = count(entry.groups.size());
  }

  void add_values(const Entry& entry, CompactAlert& alert) const {
    Evidence evidence;
    Evidence reasons;
    for (const AlertGroup* group : looked_at(entry)) {
      const Alert& cause = *group->cause;
      if (cause.node == kCluster) {
        for (const auto& node : snapshot_.nodes) {
          if (node.report) add_evidence(evidence, *node.report, cause.id, subject_of(cause));
        }
        continue;
      }
      const auto found = nodes_.find(cause.node);
      if (found == nodes_.end()) continue;
      if (found->second->report) add_evidence(evidence, *found->second->report, cause.id, subject_of(cause));
      else if (const auto word = failure_word(*found->second)) reasons.add("reason", *word);
    }
    alert.evidence = evidence.numbers();
    alert.untrusted->evidence = evidence.texts();
    // Words of our own closed list.
    if (const auto words = reasons.texts()) {
      if (!alert.evidence) alert.evidence.emplace();
      alert.evidence->insert(words->begin(), words->end());
    }
  }

  void add_effects(const Entry& entry, CompactAlert& alert) const {
    auto& effects = alert.effects.emplace();
    effects.count = count(entry.effects);
    std::vector<std::string> keys;
    std::map<std::string, std::int64_t> rules;
    for (const AlertGroup* group : entry.groups) {
      for (const Alert* effect : group->effects) {
        if (detail_.effect_rules) ++rules[effect->id];
        if (keys.size() < detail_.effect_keys) keys.push_back(foreign_text(effect->key, detail_.message_bytes));
      }
    }
    if (!rules.empty()) effects.rules = std::move(rules);
    if (!keys.empty()) alert.untrusted->effect_keys = std::move(keys);
  }

  const Snapshot& snapshot_;
  const CompactDetail& detail_;
  Nodes nodes_;
};

}  // namespace

std::string_view subject_of(const Alert& alert) {
  const std::string_view key = alert.key;
  const auto front = alert.id.size() + alert.node.size() + 2;  // id@node/
  return key.size() > front ? key.substr(front) : std::string_view();
}

CompactAlerts compact_alerts(const Snapshot& snapshot, const std::vector<AlertGroup>& groups,
                             const CompactDetail& detail, std::size_t most) {
  const Writer writer(snapshot, detail);
  CompactAlerts compact;
  compact.root_count = groups.size();
  for (const Entry& entry : entries_of(groups, detail.by_rule)) {
    if (compact.entries.size() == most) break;
    compact.entries.push_back(writer.write(entry));
    compact.roots.push_back(entry.groups.size());
  }
  return compact;
}

}  // namespace fleetwatch::view
