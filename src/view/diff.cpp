#include "view/diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/rfc3339.hpp"
#include "base/terminal_text.hpp"
#include "view/alerts.hpp"
#include "view/cells.hpp"
#include "view/fold.hpp"
#include "view/format.hpp"
#include "view/verdict.hpp"

namespace fleetwatch::view {

namespace {

using model::Change;
using model::Value;

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return text->empty() ? "(empty)" : *text;
  if (const auto* yes = std::get_if<bool>(&value)) return *yes ? "yes" : "no";
  return std::visit([](const auto& held) { return fmt::format("{}", held); }, value);
}

// Once is enough to say that a unit is a service.
std::string short_path(const std::string& path) {
  constexpr std::string_view kUnits = "services.services[";
  return path.starts_with(kUnits) ? path.substr(kUnits.find('.') + 1) : path;
}

Table::Cell value_cell(const Change& change, const std::optional<Value>& value) {
  const bool status = change.path == "status";
  if (!value) return status ? muted("not asked") : missing();
  std::string text = text_of(*value);
  const bool lost = status && text == "unreachable";
  return {Span(text, lost ? Style::bad : Style::plain)};
}

void add_alerts(Document& document, std::string_view title, const std::vector<model::Alert>& alerts,
                const Options& options) {
  if (alerts.empty()) return;
  document.add_blank();
  document.add({Span(title, Style::bold)});
  for (Line& line : alert_lines(alerts, options, {.info = true, .hints = false})) document.add(std::move(line));
}

// "12 changes since 2026-03-01T08:15:28Z, 3 h 4 min before"
std::string summary(const Judged& before, const Judged& after, std::size_t count) {
  const auto old_ms = before.snapshot.collected_at_unix_ms;
  const auto new_ms = after.snapshot.collected_at_unix_ms;
  // A file may say any time at all: no difference of two of them may overflow.
  const bool swapped = new_ms < old_ms;
  constexpr std::int64_t kFarApart = std::int64_t{1} << 60;
  const auto apart = std::clamp(std::max(new_ms, old_ms), -kFarApart, kFarApart) -
                     std::clamp(std::min(new_ms, old_ms), -kFarApart, kFarApart);
  std::string text = count == 0 ? "nothing changed" : count_text(count, "change");
  text += fmt::format(" since {}, {} before", rfc3339(old_ms), duration_text(apart));
  if (swapped) {
    text = count == 0 ? "nothing differs" : count_text(count, "difference");
    text += fmt::format("; the second snapshot is the older one, by {}", duration_text(apart));
  }
  if (before.snapshot.filtered || after.snapshot.filtered) text += "; only nodes that both were to ask are compared";
  return text;
}

// The end of a path says which field it is.
std::string cut_front(const std::string& safe_text, std::size_t width) {
  if (display_width(safe_text) <= width) return safe_text;
  constexpr std::size_t kMostBytes = 4;  // of a character
  std::string_view rest = safe_text;
  rest.remove_prefix(rest.size() - std::min(rest.size(), width * kMostBytes));
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  while (!rest.empty() && (continues(rest.front()) || display_width(rest) + 1 > width)) rest.remove_prefix(1);
  return "…" + std::string(rest);
}

std::size_t widest(const std::vector<Table::Row>& rows, std::size_t column) {
  std::size_t width = 0;
  for (const Table::Row& row : rows) width = std::max(width, line_width(row[column]));
  return width;
}

// On a terminal that is too narrow, what a value was gives way first, then the begin of its path: what it is now is
// what people look for. The last column holds a time where there is room.
void add_fields(Document& document, std::vector<Table::Row> rows, const Options& options) {
  std::vector<Column> columns = {{"NODE", 14}, {"WHAT", 36}, {"BEFORE", 10}, {"AFTER", 10}};
  if (options.fold) rows = fold_rows(rows, {0}, columns.size());
  if (options.width > 0) {
    const bool narrow = options.width < 80;
    columns[0].min_width = std::min<std::size_t>(widest(rows, 0), narrow ? 13 : 15);
    columns[2].min_width = narrow ? 7 : 11;
    columns[3].min_width = std::clamp<std::size_t>(widest(rows, 3), 5, narrow ? 12 : 20);
    constexpr std::size_t kGaps = 6;
    constexpr std::size_t kShortestPath = 16;
    const auto taken = columns[0].min_width + columns[2].min_width + columns[3].min_width + kGaps;
    auto& what = columns[1].min_width;
    what = std::max(kShortestPath, options.width - std::min(options.width, taken));
    for (Table::Row& row : rows) row[1] = {Span(cut_front(row[1].front().text(), what))};
    what = std::min(what, widest(rows, 1));
  }
  add_table(document, std::move(columns), std::move(rows), {}, options);
}

}  // namespace

Document diff_document(const Judged& before, const Judged& after, const Options& options) {
  Document document;
  add_verdict(document, after.snapshot, after.alerts, options.width);
  const auto fields = node_changes(before.snapshot, after.snapshot);
  const auto alerts = alert_changes(before, after);
  const auto count = fields.size() + alerts.raised.size() + alerts.cleared.size() + alerts.changed.size();
  for (const auto& part : wrap(summary(before, after, count), options.width)) {
    document.add(cut_line({Span(part)}, options.width));
  }
  add_alerts(document, "Raised:", alerts.raised, options);
  add_alerts(document, "Cleared:", alerts.cleared, options);
  add_alerts(document, "Changed, now:", alerts.changed, options);
  if (fields.empty()) return document;

  document.add_blank();
  std::vector<Table::Row> rows;
  for (const Change& change : fields) {
    rows.push_back({{Span(change.node)},
                    {Span(short_path(change.path))},
                    value_cell(change, change.before),
                    value_cell(change, change.after)});
  }
  add_fields(document, std::move(rows), options);
  return document;
}

}  // namespace fleetwatch::view
