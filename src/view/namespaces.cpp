#include "view/namespaces.hpp"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "view/cells.hpp"
#include "view/verdict.hpp"

namespace fleetwatch::view {

namespace {

using model::Namespace;
using model::NamespaceRow;
using model::NodeResult;

struct Entry {
  const NodeResult* node;
  const Namespace* tenant;
};

Table::Row table_row(const Entry& entry) {
  const Namespace& tenant = *entry.tenant;
  const bool known = tenant.rqlite_up == true && tenant.rqlite_state && !tenant.rqlite_state->empty();
  return {{Span(tenant.name)},
          {Span(entry.node->node.host)},
          known ? raft_cell(tenant.rqlite_state) : mark(tenant.rqlite_up),
          mark(tenant.olric_up),
          mark(tenant.gateway_up)};
}

std::vector<Table::Row> table_rows(const model::Snapshot& snapshot) {
  std::vector<Entry> entries;
  std::vector<Table::Row> without;
  for (const NodeResult& node : snapshot.nodes) {
    if (!node.report) {
      without.push_back({missing(), {Span(node.node.host, Style::bad)}, unreached_cell(node)});
    } else if (node.report->namespaces.is_crashed()) {
      without.push_back({missing(), {Span(node.node.host)}, muted("its probe crashed")});
    } else if (node.report->namespaces) {
      for (const Namespace& tenant : *node.report->namespaces) entries.push_back({&node, &tenant});
    }
  }
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.tenant->name, a.node->node.host) < std::tie(b.tenant->name, b.node->node.host);
  });
  std::vector<Table::Row> rows;
  for (const Entry& entry : entries) rows.push_back(table_row(entry));
  rows.insert(rows.end(), without.begin(), without.end());
  return rows;
}

}  // namespace

std::vector<NamespaceRow> namespace_rows(const model::Snapshot& snapshot) {
  std::vector<NamespaceRow> rows;
  for (const NodeResult& node : snapshot.nodes) {
    NamespaceRow row;
    row.host = node.node.host;
    set_status(row, node);
    if (!node.report) rows.push_back(row);
    if (!node.report || !node.report->namespaces) continue;
    for (const Namespace& tenant : *node.report->namespaces) {
      row.name = tenant.name;
      row.rqlite_up = tenant.rqlite_up;
      row.rqlite_state = tenant.rqlite_state;
      row.olric_up = tenant.olric_up;
      row.gateway_up = tenant.gateway_up;
      row.gateway_status = tenant.gateway_status;
      rows.push_back(row);
    }
  }
  return rows;
}

Document namespaces_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                             const Options& options) {
  Document document;
  add_verdict(document, snapshot, alerts, options.width);
  document.add_blank();
  auto rows = table_rows(snapshot);
  if (rows.empty()) {
    document.add(cut_line(muted("no node has a namespace"), options.width));
    return document;
  }
  add_table(document, {{"NAMESPACE", 13}, {"NODE", 16}, {"RQLITE", 9}, {"OLRIC", 5}, {"GATEWAY", 7}}, std::move(rows),
            {1}, options);
  return document;
}

}  // namespace fleetwatch::view
