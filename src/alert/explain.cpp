#include "alert/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "alert/folding.hpp"
#include "alert/hint.hpp"
#include "alert/rule.hpp"
#include "alert/wording.hpp"
#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

using model::Explanation;

constexpr std::size_t kNearest = 3;  // ids named for one that does not exist

std::vector<std::pair<std::string_view, std::string>> threshold_texts(const Thresholds& limits) {
  const auto text = [](auto number) { return fmt::format("{}", number); };
  return {{"{joining_s}", text(limits.joining_s)},
          {"{cluster_settle_s}", text(limits.cluster_settle_s)},
          {"{leader_contact_ms}", text(limits.leader_contact_ms)},
          {"{term_delta}", text(limits.term_delta)},
          {"{log_lag}", text(limits.log_lag)},
          {"{fsm_pending}", text(limits.fsm_pending)},
          {"{goroutines}", text(limits.goroutines)},
          {"{heap_mb}", text(limits.heap_mb)},
          {"{handshake_s}", text(limits.handshake_s)},
          {"{clock_skew_ms}", text(limits.clock_skew_ms)},
          {"{memory_pct}", text(limits.memory_pct)},
          {"{disk_pct}", text(limits.disk_pct)},
          {"{swap_pct}", text(limits.swap_pct)},
          {"{load_per_cpu}", text(limits.load_per_cpu)},
          {"{inodes_pct}", text(limits.inodes_pct)},
          {"{inodes_critical_pct}", text(limits.inodes_critical_pct)},
          {"{tls_days}", text(limits.tls_days)},
          {"{tcp_retrans_pct}", text(limits.tcp_retrans_pct)},
          {"{olric_leaves_1h}", text(limits.olric_leaves_1h)},
          {"{olric_log_errors_1h}", text(limits.olric_log_errors_1h)},
          {"{olric_restarts}", text(limits.olric_restarts)},
          {"{olric_memory_mb}", text(limits.olric_memory_mb)},
          {"{vault_restarts}", text(limits.vault_restarts)},
          {"{repo_pct}", text(limits.repo_pct)},
          {"{repo_critical_pct}", text(limits.repo_critical_pct)},
          {"{gateway_unhealthy_status}", text(limits.gateway_unhealthy_status)}};
}

std::string with_thresholds(std::string_view sentence, const Thresholds& limits) {
  std::string filled(sentence);
  for (const auto& [placeholder, number] : threshold_texts(limits)) {
    for (auto at = filled.find(placeholder); at != std::string::npos; at = filled.find(placeholder, at)) {
      filled.replace(at, placeholder.size(), number);
    }
  }
  return filled;
}

// What holds for every rule that is asked this way.
std::vector<std::string> silent_by_kind(Asks asks) {
  switch (asks) {
    case Asks::unreached:
      return {};
    case Asks::fleet:
      return {"no node gave a report", "one node was chosen with --node"};
    case Asks::fleet_or_one_node:
      return {"no node gave a report"};
    case Asks::node:
      return {"the node gave no report, or the report lacks what the rule looks at"};
  }
  return {};
}

std::vector<std::string> silent(const Rule& rule, const Thresholds& limits) {
  auto reasons = silent_by_kind(rule.asks);
  const auto unless = with_thresholds(rule.unless, limits);
  for (const auto part : split(unless, ';')) {
    if (!trim(part).empty()) reasons.emplace_back(trim(part));
  }
  return reasons;
}

// Ids on one side of the table of consequences whose other side has `id`.
std::vector<std::string> partners(std::string_view id, std::string_view Consequence::*side,
                                  std::string_view Consequence::*other) {
  std::set<std::string> found;
  for (const auto& row : consequences()) {
    const auto here = words(row.*side);
    if (std::find(here.begin(), here.end(), id) == here.end()) continue;
    for (const auto partner : words(row.*other)) found.emplace(partner);
  }
  return {found.begin(), found.end()};
}

Explanation explanation_of(const Rule& rule, const Thresholds& limits) {
  Explanation one;
  one.id = rule.id;
  if (!rule.also_known_as.empty()) one.also_known_as = rule.also_known_as;
  one.severity = rule.severity;
  one.scope = rule.scope == Scope::cluster ? "cluster" : "node";
  one.meaning = rule.meaning;
  one.fires = with_thresholds(rule.fires, limits);
  one.not_evaluated = silent(rule, limits);
  for (const auto cause : rule.causes) {
    if (!cause.empty()) one.causes.emplace_back(cause);
  }
  for (const auto& check : given(rule.checks)) {
    one.checks.push_back({std::string(check.shows), fill_command(check, {})});
  }
  one.explained_by = partners(rule.id, &Consequence::effects, &Consequence::causes);
  one.explains = partners(rule.id, &Consequence::causes, &Consequence::effects);
  return one;
}

// The ids that somebody may have meant: those with the fewest letters changed.
std::string nearest_ids(std::string_view wanted) {
  std::vector<std::pair<std::size_t, std::string_view>> by_distance;
  for (const auto& rule : rules()) by_distance.emplace_back(edit_distance(wanted, rule.id), rule.id);
  std::sort(by_distance.begin(), by_distance.end());
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(kNearest, by_distance.size()); ++i) names.emplace_back(by_distance[i].second);
  return join(names, ", ");
}

}  // namespace

std::vector<Explanation> explain_all(const Thresholds& limits) {
  std::vector<Explanation> all;
  for (const auto& rule : rules()) all.push_back(explanation_of(rule, limits));
  std::sort(all.begin(), all.end(), [](const Explanation& a, const Explanation& b) { return a.id < b.id; });
  return all;
}

Result<std::vector<Explanation>> explain(std::string_view wanted, const Thresholds& limits) {
  if (wanted == "all") return explain_all(limits);
  const auto id = wanted.substr(0, std::min(wanted.find('@'), fleetwatch::limits::kMessageBytes));
  for (const auto& rule : rules()) {
    if (rule.id == id || (!id.empty() && rule.also_known_as == id)) return std::vector{explanation_of(rule, limits)};
  }
  return Error{ErrorKind::usage, fmt::format("\"{}\" is no alert", foreign(id)), "--explain",
               fmt::format("nearest ids: {}; all of them: fleetwatch monitor alerts --explain all", nearest_ids(id))};
}

}  // namespace fleetwatch::alert
