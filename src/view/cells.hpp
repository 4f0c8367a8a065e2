// Cells that several tables share, and how a table enters a document.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/failure.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

Table::Cell missing();                              // "--": nobody could say
Table::Cell mark(const std::optional<bool>& fine);  // "OK", "!!" or "--"
Table::Cell muted(std::string_view text);
Table::Cell percent_cell(const std::optional<std::int64_t>& percent);
Table::Cell raft_cell(const std::optional<std::string>& state);

// "UNREACHABLE  timeout: no login in time", for a row that ends with it.
Table::Cell unreached_cell(const model::NodeResult& node);

// "unreachable" or "ok" with what goes with it: the keys that the JSON of every view gives to each node.
template <class Row>
void set_status(Row& row, const model::NodeResult& node) {
  row.status = node.report ? "ok" : "unreachable";
  if (node.report) return;
  row.reason = failure_word(node);
  row.error = failure_text(node);
}

// `names` are the columns whose text is different for every node (host, address). With options.fold, rows that are
// equal in all others become one.
void add_table(Document& document, std::vector<Column> columns, std::vector<Table::Row> rows,
               const std::vector<std::size_t>& names, const Options& options);

}  // namespace fleetwatch::view
