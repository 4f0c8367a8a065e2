#include "view/cells.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "view/fold.hpp"

namespace fleetwatch::view {

Table::Cell missing() { return muted("--"); }

Table::Cell mark(const std::optional<bool>& fine) {
  if (!fine) return missing();
  return {*fine ? Span("OK", Style::good) : Span("!!", Style::bad)};
}

Table::Cell muted(std::string_view text) { return {Span(text, Style::muted)}; }

Table::Cell percent_cell(const std::optional<std::int64_t>& percent) {
  if (!percent) return missing();
  const Style style = *percent >= 90 ? Style::bad : *percent >= 75 ? Style::warn : Style::plain;
  return {Span(fmt::format("{}%", *percent), style)};
}

Table::Cell raft_cell(const std::optional<std::string>& state) {
  if (!state || state->empty()) return missing();
  if (*state == "Leader" || *state == "Follower") return {Span(*state, Style::good)};
  return {Span(*state, *state == "Shutdown" ? Style::bad : Style::warn)};
}

Table::Cell unreached_cell(const model::NodeResult& node) {
  const auto reason = failure_word(node);
  return {Span("UNREACHABLE", Style::bad), Span("  " + (reason ? *reason + ": " : "") + failure_text(node))};
}

void add_table(Document& document, std::vector<Column> columns, std::vector<Table::Row> rows,
               const std::vector<std::size_t>& names, const Options& options) {
  if (options.fold) rows = fold_rows(rows, names, columns.size());
  Table table(std::move(columns));
  for (Table::Row& row : rows) table.add(std::move(row));
  for (Line& line : table.layout(options.width)) document.add(std::move(line));
}

}  // namespace fleetwatch::view
