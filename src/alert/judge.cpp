#include "alert/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "alert/folding.hpp"
#include "alert/hint.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

constexpr std::string_view kClusterNode = "cluster";

class Judge {
 public:
  Judge(const Context& context, bool filtered) : context_(context), filtered_(filtered) {}

  std::vector<Judged> run() {
    for (const auto& node : context_.nodes) {
      for (const auto& rule : rules()) {
        if (rule.asks == Asks::unreached && !node.reached()) ask(rule, &node);
      }
    }
    const auto reached = [](const Node& node) { return node.reached(); };
    if (std::none_of(context_.nodes.begin(), context_.nodes.end(), reached)) return std::move(judged_);
    for (const auto& rule : rules()) {
      const bool enough = rule.asks == Asks::fleet_or_one_node || (rule.asks == Asks::fleet && !filtered_);
      if (enough) ask(rule, nullptr);
    }
    for (const auto& node : context_.nodes) {
      for (const auto& rule : rules()) {
        if (rule.asks == Asks::node && node.reached()) ask(rule, &node);
      }
    }
    return std::move(judged_);
  }

 private:
  void ask(const Rule& rule, const Node* node) {
    Findings findings;
    rule.evaluate({context_, node}, findings);
    const auto place = [&](const Finding& finding) {
      if (node != nullptr) return node->index;
      return finding.node.value_or(kCluster);
    };
    std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) {
      return std::pair(place(a), std::string_view(a.subject)) < std::pair(place(b), std::string_view(b.subject));
    });
    for (auto& finding : findings) {
      const auto index = place(finding);
      add(rule, index, std::move(finding));
    }
  }

  void add(const Rule& rule, NodeIndex index, Finding finding) {
    const auto* node = inventory(index);
    Judged judged;
    judged.rule = &rule;
    judged.node = index;
    judged.unit = finding.unit.empty() ? std::string(rule.unit) : finding.unit;
    auto& alert = judged.alert;
    alert.severity = finding.severity.value_or(rule.severity);
    alert.subsystem = rule.subsystem();
    alert.node = node == nullptr ? std::string(kClusterNode) : node->host;
    alert.message = std::move(finding.message);
    alert.id = rule.id;
    alert.key = fmt::format("{}@{}", rule.id, alert.node);
    if (!finding.subject.empty()) alert.key += "/" + foreign(finding.subject);
    const auto& checks = finding.checks == nullptr ? rule.checks : *finding.checks;
    alert.hint = hint_text(checks);
    alert.commands = commands(checks, index, judged.unit, finding);
    judged.finding = std::move(finding);
    if (keys_.insert(alert.key).second) judged_.push_back(std::move(judged));
  }

  const model::InventoryNode* inventory(NodeIndex index) const {
    return index == kCluster ? nullptr : &context_.nodes[index].result->node;
  }

  std::vector<std::string> commands(const Checks& checks, NodeIndex own, std::string_view unit,
                                    const Finding& finding) const {
    const auto asked = finding.ask.empty() ? std::vector{own} : finding.ask;
    std::vector<std::string> lines;
    for (const auto& check : given(checks)) {
      const std::size_t places = check.where == Where::here ? 1 : asked.size();
      for (std::size_t i = 0; i < places && lines.size() < checks.size(); ++i) {
        lines.push_back(fill_command(check, {inventory(asked[i]), context_.snapshot->environment, unit, finding.peer}));
      }
    }
    return lines;
  }

  const Context& context_;
  bool filtered_;
  std::set<std::string> keys_;
  std::vector<Judged> judged_;
};

}  // namespace

std::vector<model::Alert> judge(const model::Snapshot& snapshot, const Thresholds& limits) {
  const Context context = make_context(snapshot, limits);
  auto judged = Judge(context, snapshot.filtered).run();
  fold(judged);
  std::vector<model::Alert> alerts;
  alerts.reserve(judged.size());
  for (auto& one : judged) alerts.push_back(std::move(one.alert));
  std::stable_sort(alerts.begin(), alerts.end(),
                   [](const model::Alert& a, const model::Alert& b) { return a.severity < b.severity; });
  return alerts;
}

}  // namespace fleetwatch::alert
