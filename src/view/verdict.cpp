#include "view/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "view/alerts.hpp"
#include "view/format.hpp"

namespace fleetwatch::view {

namespace {

using model::Severity;

std::string alert_counts(const std::vector<model::Alert>& alerts) {
  const std::size_t critical = count_of(alerts, Severity::critical);
  const std::size_t warning = count_of(alerts, Severity::warning);
  if (critical + warning == 0) {
    const std::size_t info = count_of(alerts, Severity::info);
    return info == 0 ? "no alerts," : fmt::format("no critical or warning alerts, {} info,", info);
  }
  std::vector<std::string> parts;
  if (critical > 0) parts.push_back(fmt::format("{} critical", critical));
  if (warning > 0) parts.push_back(fmt::format("{} warning", warning));
  std::string text = join(parts, ", ") + (critical + warning == 1 ? " alert" : " alerts");
  const auto groups = fold(alerts);
  const auto causes = static_cast<std::size_t>(std::count_if(
      groups.begin(), groups.end(), [](const AlertGroup& group) { return group.severity != Severity::info; }));
  if (causes < critical + warning) text += " from " + count_text(causes, "cause");
  return text + ";";
}

}  // namespace

Line verdict(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts) {
  const auto answered = static_cast<std::size_t>(std::count_if(
      snapshot.nodes.begin(), snapshot.nodes.end(), [](const model::NodeResult& node) { return node.answered(); }));
  std::string rest = fmt::format(": {} {} of {} nodes answered, {} ({}", alert_counts(alerts), answered,
                                 snapshot.nodes.size(), seconds_text(snapshot.duration_ms), snapshot.environment);
  if (snapshot.filtered)
    rest += fmt::format(", {} of {} nodes asked", snapshot.nodes.size(), snapshot.environment_size);
  rest += ")";

  Span word("OK", Style::good);
  if (count_of(alerts, Severity::warning) > 0) word = Span("WARNING", Style::warn);
  // A node that is not there is never "OK", whatever the rules were told.
  if (count_of(alerts, Severity::critical) > 0 || answered < snapshot.nodes.size()) word = Span("CRITICAL", Style::bad);
  return {word, Span(rest)};
}

void add_verdict(Document& document, const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                 std::size_t width) {
  const Line whole = verdict(snapshot, alerts);
  if (width == 0 || line_width(whole) <= width) {
    document.add(whole);
    return;
  }
  const std::string& word = whole.front().text();
  const std::string text = word + whole.back().text();
  // Between alerts and nodes, if there is such a place: "0.6" and "s" are not to be parted.
  const auto middle = std::min(text.find("; "), text.size() - 1) + 1;
  std::vector<std::string> parts = wrap(std::string_view(text).substr(0, middle), width);
  for (auto& part : wrap(trim(std::string_view(text).substr(middle)), width)) {
    if (!part.empty()) parts.push_back(std::move(part));
  }
  document.add(cut_line({whole.front(), Span(std::string_view(parts.front()).substr(word.size()))}, width));
  for (std::size_t i = 1; i < parts.size(); ++i) document.add(cut_line({Span(parts[i])}, width));
}

}  // namespace fleetwatch::view
