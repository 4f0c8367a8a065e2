#include "view/cluster.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "view/alerts.hpp"
#include "view/cells.hpp"
#include "view/verdict.hpp"
#include "view/wireguard.hpp"

namespace fleetwatch::view {

namespace {

using model::ClusterRow;
using model::NodeReport;
using model::NodeResult;

struct ServiceCounts {
  std::size_t active = 0;
  std::size_t failed = 0;
  std::size_t all = 0;
};

std::optional<ServiceCounts> service_counts(const NodeReport& report) {
  if (!report.services || report.services->services.empty()) return std::nullopt;
  ServiceCounts counts;
  for (const auto& service : report.services->services) {
    if (service.load_state == "not-found") continue;  // not installed is not down
    ++counts.all;
    if (service.active_state == "active") ++counts.active;
    if (service.active_state == "failed") ++counts.failed;
  }
  return counts;
}

std::optional<std::string> rqlite_state(const NodeReport& report) {
  if (!report.rqlite) return std::nullopt;
  if (report.rqlite->responsive == false) return "";
  return report.rqlite->raft_state;
}

ClusterRow cluster_row(const NodeResult& node) {
  ClusterRow row;
  row.host = node.node.host;
  row.role = node.node.role;
  set_status(row, node);
  if (!node.report) return row;
  const NodeReport& report = *node.report;
  if (report.system) {
    row.mem_pct = report.system->mem_use_pct;
    row.disk_pct = report.system->disk_use_pct;
  }
  row.rqlite_state = rqlite_state(report);
  if (report.wireguard) row.wg_up = report.wireguard->interface_up;
  if (const auto counts = service_counts(report)) row.services = fmt::format("{}/{}", counts->active, counts->all);
  return row;
}

Table::Cell rqlite_cell(const NodeReport& report) {
  if (report.rqlite && report.rqlite->responsive == false) return {Span("DOWN", Style::bad)};
  return raft_cell(rqlite_state(report));
}

Table::Cell wireguard_cell(const NodeReport& report, std::size_t expected) {
  if (!report.wireguard || !report.wireguard->interface_up) return missing();
  const bool up = *report.wireguard->interface_up;
  Table::Cell cell = {up ? Span("OK", Style::good) : Span("!!", Style::bad)};
  std::optional<std::int64_t> peers = report.wireguard->peer_count;
  if (!peers && report.wireguard->peers) peers = static_cast<std::int64_t>(report.wireguard->peers->size());
  if (!peers) return cell;
  const Style style = *peers < static_cast<std::int64_t>(expected) ? Style::warn : Style::plain;
  cell.emplace_back(fmt::format(" {}/{}", *peers, expected), style);
  return cell;
}

Table::Cell services_cell(const NodeReport& report) {
  const auto counts = service_counts(report);
  if (!counts) return missing();
  Table::Cell cell = {Span(fmt::format("{}/{}", counts->active, counts->all))};
  if (counts->failed > 0) cell.emplace_back(fmt::format(", {} failed", counts->failed), Style::bad);
  return cell;
}

Table::Row table_row(const NodeResult& node, std::size_t expected) {
  if (!node.report) return {{Span(node.node.host, Style::bad)}, {Span(node.node.role)}, unreached_cell(node)};
  const NodeReport& report = *node.report;
  const model::System none;
  const model::System& system = report.system ? *report.system : none;
  return {{Span(node.node.host)},
          {Span(node.node.role)},
          percent_cell(system.mem_use_pct),
          percent_cell(system.disk_use_pct),
          rqlite_cell(report),
          wireguard_cell(report, expected),
          services_cell(report)};
}

}  // namespace

std::vector<ClusterRow> cluster_rows(const model::Snapshot& snapshot) {
  std::vector<ClusterRow> rows;
  for (const NodeResult& node : snapshot.nodes) rows.push_back(cluster_row(node));
  return rows;
}

Document cluster_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                          const Options& options) {
  Document document;
  add_verdict(document, snapshot, alerts, options.width);
  document.add_blank();

  std::vector<Table::Row> rows;
  for (const NodeResult& node : snapshot.nodes) rows.push_back(table_row(node, expected_peers(snapshot)));
  add_table(document,
            {{"NODE", 16},
             {"ROLE", 10},
             {"MEM", 4, Align::right},
             {"DISK", 4, Align::right},
             {"RQLITE", 9},
             {"WG", 3},
             {"SERVICES"}},
            std::move(rows), {0}, options);

  const auto lines = alert_lines(alerts, options, {.info = false, .hints = false});
  if (!lines.empty()) document.add_blank();
  for (const Line& line : lines) document.add(line);
  return document;
}

}  // namespace fleetwatch::view
