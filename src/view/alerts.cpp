#include "view/alerts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "view/format.hpp"
#include "view/verdict.hpp"

namespace fleetwatch::view {

namespace {

using model::Alert;
using model::Severity;

constexpr std::size_t kWidestName = 40;          // of a node, on a terminal
constexpr std::size_t kNarrowMessage = 24;       // a narrower column is not worth wrapping into
constexpr std::size_t kNodesByName = 3;          // in the line about effects; more are counted
constexpr std::string_view kIndent = "       ";  // below the node: "[CRIT] " is seven columns wide

Span tag(Severity severity) {
  switch (severity) {
    case Severity::critical:
      return {"[CRIT]", Style::bad};
    case Severity::warning:
      return {"[WARN]", Style::warn};
    case Severity::info:
      break;
  }
  return {"[INFO]", Style::muted};
}

// For each alert the one at the begin of its chain of causes.
class Roots {
 public:
  explicit Roots(const std::vector<Alert>& alerts) : alerts_(alerts), root_(alerts.size()) {
    for (std::size_t i = 0; i < alerts.size(); ++i) by_key_.emplace(alerts[i].key, i);
    for (std::size_t i = 0; i < alerts.size(); ++i) find(i);
  }

  std::size_t operator[](std::size_t index) const { return *root_[index]; }

 private:
  void find(std::size_t index) {
    std::vector<std::size_t> path;
    std::optional<std::size_t> root;
    for (std::size_t at = index; !root;) {
      if (root_[at]) {
        root = root_[at];
        break;
      }
      const auto seen = std::find(path.begin(), path.end(), at);
      if (seen != path.end()) {
        root = *std::min_element(seen, path.end());
        break;
      }
      path.push_back(at);
      const auto& cause = alerts_[at].caused_by;
      const auto next = cause ? by_key_.find(*cause) : by_key_.end();
      if (next == by_key_.end()) root = at;
      else at = next->second;
    }
    for (const std::size_t step : path) root_[step] = root;
  }

  const std::vector<Alert>& alerts_;
  std::map<std::string_view, std::size_t> by_key_;
  std::vector<std::optional<std::size_t>> root_;
};

std::vector<AlertGroup> in_order(std::vector<AlertGroup> groups) {
  std::stable_sort(groups.begin(), groups.end(),
                   [](const AlertGroup& a, const AlertGroup& b) { return a.severity < b.severity; });
  return groups;
}

std::vector<AlertGroup> each_alone(const std::vector<Alert>& alerts) {
  std::vector<AlertGroup> groups;
  groups.reserve(alerts.size());
  for (const Alert& alert : alerts) groups.push_back({&alert, {}, alert.severity});
  return in_order(std::move(groups));
}

// "3 effects: wireguard on 10.0.0.1, 10.0.0.2; rqlite on 10.0.0.1"
std::string effects_text(const std::vector<const Alert*>& effects) {
  if (effects.size() == 1) {
    const Alert& only = *effects.front();
    return fmt::format("1 effect: {} on {}: {}", only.subsystem, only.node, only.message);
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> nodes_by_subsystem;
  for (const Alert* effect : effects) {
    auto entry = std::find_if(nodes_by_subsystem.begin(), nodes_by_subsystem.end(),
                              [&](const auto& known) { return known.first == effect->subsystem; });
    if (entry == nodes_by_subsystem.end()) {
      entry = nodes_by_subsystem.insert(entry, {effect->subsystem, {}});
    }
    auto& nodes = entry->second;
    if (std::find(nodes.begin(), nodes.end(), effect->node) == nodes.end()) nodes.push_back(effect->node);
  }
  std::vector<std::string> parts;
  for (const auto& [subsystem, nodes] : nodes_by_subsystem) {
    const bool by_name = nodes.size() <= kNodesByName;
    parts.push_back(subsystem + " on " + (by_name ? join(nodes, ", ") : count_text(nodes.size(), "node")));
  }
  return count_text(effects.size(), "effect") + ": " + join(parts, "; ");
}

// Lays out the lines of all groups in the same columns.
class Layout {
 public:
  Layout(const std::vector<AlertGroup>& groups, std::size_t width) : width_(width) {
    const std::size_t widest = width == 0 ? std::string::npos : kWidestName;
    for (const AlertGroup& group : groups) {
      node_width_ = std::max(node_width_, std::min(Span(group.cause->node).width(), widest));
      subsystem_width_ = std::max(subsystem_width_, std::min(Span(group.cause->subsystem).width(), kWidestName));
    }
  }

  void add(std::vector<Line>& lines, const AlertGroup& group, bool hints) const {
    const std::size_t indent = kIndent.size() + node_width_ + subsystem_width_ + 4;
    const std::size_t room = width_ == 0 ? 0 : std::max(kNarrowMessage, width_ - std::min(width_, indent));
    const auto message = wrap(Span(group.cause->message).text(), room);
    lines.push_back({tag(group.severity), Span(" " + padded(group.cause->node, node_width_) + "  "),
                     Span(padded(group.cause->subsystem, subsystem_width_) + "  ", Style::muted),
                     Span(message.front())});
    for (std::size_t i = 1; i < message.size(); ++i) lines.push_back({Span(std::string(indent, ' ') + message[i])});
    if (hints) add_hint(lines, *group.cause);
    if (!group.effects.empty()) add_marked(lines, "└ ", effects_text(group.effects));
  }

 private:
  static std::string padded(const std::string& text, std::size_t width) {
    std::string cut = cut_to_width(Span(text).text(), width);
    return cut.append(width - display_width(cut), ' ');
  }

  void add_hint(std::vector<Line>& lines, const Alert& alert) const {
    add_marked(lines, "→ ", alert.hint);
    // Not wrapped, with nothing beside it: a command is there to be copied.
    for (const std::string& command : alert.commands) lines.push_back({Span(kIndent), Span("  " + command)});
  }

  void add_marked(std::vector<Line>& lines, std::string_view mark, const std::string& text) const {
    if (text.empty()) return;
    const std::size_t room = width_ == 0 ? 0 : std::max(kNarrowMessage, width_ - std::min(width_, kIndent.size() + 2));
    for (const std::string& part : wrap(Span(text).text(), room)) {
      lines.push_back({Span(kIndent), Span(std::string(mark) + part, Style::muted)});
      mark = "  ";
    }
  }

  std::size_t width_;
  std::size_t node_width_ = 0;
  std::size_t subsystem_width_ = 0;
};

}  // namespace

std::vector<AlertGroup> fold(const std::vector<Alert>& alerts) {
  const Roots roots(alerts);
  std::vector<AlertGroup> groups;
  std::vector<std::size_t> group_of(alerts.size());
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    if (roots[i] != i) continue;
    group_of[i] = groups.size();
    groups.push_back({&alerts[i], {}, alerts[i].severity});
  }
  for (std::size_t i = 0; i < alerts.size(); ++i) {
    if (roots[i] == i) continue;
    AlertGroup& group = groups[group_of[roots[i]]];
    group.effects.push_back(&alerts[i]);
    group.severity = std::min(group.severity, alerts[i].severity);
  }
  return in_order(std::move(groups));
}

std::vector<AlertGroup> grouped(const std::vector<Alert>& alerts, bool flat) {
  return flat ? each_alone(alerts) : fold(alerts);
}

std::size_t count_of(const std::vector<Alert>& alerts, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(alerts.begin(), alerts.end(), [&](const Alert& alert) { return alert.severity == severity; }));
}

std::vector<Line> alert_lines(const std::vector<Alert>& alerts, const Options& options, AlertDetail detail) {
  auto groups = grouped(alerts, options.flat);
  if (!detail.info) std::erase_if(groups, [](const AlertGroup& group) { return group.severity == Severity::info; });
  const Layout layout(groups, options.width);
  std::vector<Line> lines;
  for (const AlertGroup& group : groups) layout.add(lines, group, detail.hints);
  return lines;
}

Document alerts_document(const model::Snapshot& snapshot, const std::vector<Alert>& alerts, const Options& options) {
  Document document;
  add_verdict(document, snapshot, alerts, options.width);
  const auto lines = alert_lines(alerts, options, {.info = true, .hints = true});
  if (!lines.empty()) document.add_blank();
  for (const Line& line : lines) document.add(line);
  return document;
}

}  // namespace fleetwatch::view
