#include "view/node.hpp"

#include <string>
#include <utility>

#include "view/cells.hpp"
#include "view/node_lines.hpp"
#include "view/verdict.hpp"

namespace fleetwatch::view {

namespace {

using model::NodeResult;
using model::NodeRow;

constexpr std::size_t kIndent = 2;
constexpr std::size_t kLabel = 13;  // columns: the longest label and two blanks

// "  Label        item, item, …"; what does not fit is continued below the first item.
void add_line(Document& document, const NodeLine& entry, std::size_t width) {
  const std::size_t begin = kIndent + kLabel;
  std::string label(kIndent, ' ');
  label += entry.label;
  label.resize(begin, ' ');
  Line line = {Span(label)};
  std::size_t used = begin;
  for (std::size_t i = 0; i < entry.items.size(); ++i) {
    Line item = entry.items[i];
    if (i + 1 < entry.items.size()) item.emplace_back(",");
    const std::size_t own = line_width(item);
    if (width > 0 && used > begin && used + 1 + own > width) {
      document.add(cut_line(line, width));
      line = {Span(std::string(begin, ' '))};
      used = begin;
    }
    if (used > begin) line.emplace_back(" ");
    used += own + (used > begin ? 1 : 0);
    for (Span& span : item) line.push_back(std::move(span));
  }
  document.add(cut_line(line, width));
}

void add_node(Document& document, const NodeResult& node, const Mesh& mesh, std::size_t width) {
  const Style style = node.report ? Style::bold : Style::bad;
  document.add(
      cut_line({Span("Node: ", style), Span(node.node.host, style), Span(" [" + node.node.role + "]", style)}, width));
  if (node.report) {
    for (const NodeLine& line : node_lines(*node.report, mesh)) add_line(document, line, width);
    return;
  }
  const std::string indent(kIndent, ' ');
  std::string whole;
  for (const Span& span : unreached_cell(node)) whole += span.text();
  for (const auto& part : wrap(whole, width > kIndent ? width - kIndent : width)) {
    document.add(cut_line({Span(indent), Span(part, Style::bad)}, width));
  }
}

}  // namespace

std::vector<NodeRow> node_rows(const model::Snapshot& snapshot) {
  std::vector<NodeRow> rows;
  for (const NodeResult& node : snapshot.nodes) {
    NodeRow row;
    row.host = node.node.host;
    row.role = node.node.role;
    row.report = node.report;
    set_status(row, node);
    if (!node.report && !node.failure) row.status = "unknown";
    rows.push_back(std::move(row));
  }
  return rows;
}

Document node_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                       const Options& options) {
  Document document;
  add_verdict(document, snapshot, alerts, options.width);
  const Mesh mesh(snapshot);
  for (const NodeResult& node : snapshot.nodes) {
    document.add_blank();
    add_node(document, node, mesh, options.width);
  }
  return document;
}

}  // namespace fleetwatch::view
