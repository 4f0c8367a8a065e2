#include "view/service.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "view/cells.hpp"
#include "view/fold.hpp"
#include "view/format.hpp"
#include "view/verdict.hpp"

namespace fleetwatch::view {

namespace {

using model::NodeResult;
using model::ServiceRow;

constexpr std::size_t kNodeColumn = 8;  // columns: the longest common state
constexpr std::size_t kGap = 2;
constexpr std::size_t kMostUnits = 200;  // rows

using States = std::map<std::string, std::string>;

// Units that systemd does not know are left out: not installed is not down.
std::optional<States> states_of(const NodeResult& node) {
  if (!node.report || !node.report->services) return std::nullopt;
  States states;
  for (const auto& service : node.report->services->services) {
    if (service.load_state != "not-found") states.emplace(service.name, service.active_state);
  }
  return states;
}

// A node, or with --fold all nodes with the same states.
struct MatrixColumn {
  std::string head;
  States states;
  std::size_t nodes = 1;
};

bool is_ipv4(std::string_view host) {
  const auto parts = split(host, '.');
  return parts.size() == 4 &&
         std::all_of(parts.begin(), parts.end(), [](std::string_view part) { return to_number<std::uint8_t>(part); });
}

std::string tail(std::string_view host, std::size_t parts) {
  std::size_t at = host.size();
  for (std::size_t i = 0; i < parts && at != std::string_view::npos; ++i) at = at == 0 ? at : host.rfind('.', at - 1);
  return std::string(at == std::string_view::npos ? host : host.substr(at));
}

std::vector<MatrixColumn> matrix_columns(const model::Snapshot& snapshot, bool folded) {
  std::vector<std::string> hosts;
  std::vector<States> states;
  for (const NodeResult& node : snapshot.nodes) {
    auto own = states_of(node);
    if (!own || own->empty()) continue;
    hosts.push_back(node.node.host);
    states.push_back(std::move(*own));
  }
  const auto heads = distinct_tails(hosts);
  std::vector<MatrixColumn> columns;
  if (!folded) {
    for (std::size_t i = 0; i < hosts.size(); ++i) columns.push_back({heads[i], std::move(states[i]), 1});
    return columns;
  }
  std::map<States, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < states.size(); ++i) alike[states[i]].push_back(i);
  std::map<std::size_t, MatrixColumn> by_first;
  for (const auto& [shared, members] : alike) {
    std::vector<std::string> names;
    for (const auto member : members) names.push_back(heads[member]);
    for (const HostSet& set : host_sets(names)) {
      const auto first = *std::min_element(set.members.begin(), set.members.end());
      by_first.emplace(members[first], MatrixColumn{set.text, shared, set.members.size()});
    }
  }
  for (auto& [first, column] : by_first) columns.push_back(std::move(column));
  return columns;
}

Table::Cell state_cell(const States& states, const std::string& unit) {
  const auto found = states.find(unit);
  if (found == states.end() || found->second.empty()) return missing();
  const std::string& state = found->second;
  if (state == "active") return {Span("ACTIVE", Style::good)};
  if (state == "failed") return {Span("FAILED", Style::bad)};
  if (state == "inactive") return muted(state);
  return {Span(state, Style::warn)};
}

struct Units {
  std::vector<std::string> shown;  // by name
  std::size_t left_out = 0;
};

// One node may list thousands of units, and each of them would be a row with a cell for every node of the fleet.
Units units_of(const std::vector<MatrixColumn>& columns) {
  struct Unit {
    std::size_t nodes = 0;
    bool all_active = true;
  };
  std::map<std::string_view, Unit> units;
  for (const auto& column : columns) {
    for (const auto& [name, state] : column.states) {
      Unit& unit = units[name];
      unit.nodes += column.nodes;
      unit.all_active = unit.all_active && state == "active";
    }
  }
  // What several nodes agree on comes first, so that no single node can push it out; then what is not active.
  using Rank = std::tuple<bool, bool, std::string_view>;
  std::vector<Rank> ranks;
  ranks.reserve(units.size());
  for (const auto& [name, unit] : units) ranks.emplace_back(unit.nodes < 2, unit.all_active, name);
  std::sort(ranks.begin(), ranks.end());
  ranks.resize(std::min(ranks.size(), kMostUnits));
  Units chosen;
  for (const auto& rank : ranks) chosen.shown.emplace_back(std::get<2>(rank));
  std::sort(chosen.shown.begin(), chosen.shown.end());
  chosen.left_out = units.size() - chosen.shown.size();
  return chosen;
}

void add_matrix(Document& document, const std::vector<MatrixColumn>& columns, std::size_t width) {
  const auto [units, left_out] = units_of(columns);
  std::size_t widest_unit = 0;
  for (const std::string& unit : units) widest_unit = std::max(widest_unit, Span(unit).width());
  std::size_t from = 0;
  while (from < columns.size()) {
    if (from > 0) document.add_blank();
    std::vector<Column> heads = {{"SERVICE", 16}};
    std::size_t taken = std::max<std::size_t>(std::min(widest_unit, width == 0 ? widest_unit : width / 2), 16);
    std::size_t to = from;
    for (; to < columns.size(); ++to) {
      taken += kGap + std::max(kNodeColumn, Span(columns[to].head).width());
      if (width > 0 && taken > width && to > from) break;
      heads.push_back({columns[to].head, kNodeColumn});
    }
    Table table(std::move(heads));
    for (const std::string& unit : units) {
      Table::Row row = {{Span(unit)}};
      for (std::size_t i = from; i < to; ++i) row.push_back(state_cell(columns[i].states, unit));
      table.add(std::move(row));
    }
    for (Line& line : table.layout(width)) document.add(std::move(line));
    from = to;
  }
  if (left_out > 0) {
    document.add(cut_line(muted("and " + count_text(left_out, "more unit") + "; --json has all of them"), width));
  }
}

}  // namespace

std::vector<std::string> distinct_tails(const std::vector<std::string>& hosts) {
  if (hosts.size() < 2 || !std::all_of(hosts.begin(), hosts.end(), is_ipv4)) return hosts;
  for (std::size_t parts = 1; parts < 4; ++parts) {
    std::vector<std::string> tails;
    for (const auto& host : hosts) tails.push_back(tail(host, parts));
    if (std::set<std::string>(tails.begin(), tails.end()).size() == hosts.size()) return tails;
  }
  return hosts;
}

std::vector<ServiceRow> service_rows(const model::Snapshot& snapshot) {
  std::vector<ServiceRow> rows;
  for (const NodeResult& node : snapshot.nodes) {
    ServiceRow row;
    row.host = node.node.host;
    row.services = states_of(node);
    set_status(row, node);
    rows.push_back(std::move(row));
  }
  return rows;
}

Document service_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                          const Options& options) {
  Document document;
  add_verdict(document, snapshot, alerts, options.width);
  document.add_blank();
  const auto columns = matrix_columns(snapshot, options.fold);
  if (columns.empty()) document.add(cut_line(muted("no service data"), options.width));
  add_matrix(document, columns, options.width);

  std::vector<Table::Row> without;
  for (const NodeResult& node : snapshot.nodes) {
    if (!node.report) {
      without.push_back({{Span(node.node.host, Style::bad)}, unreached_cell(node)});
    } else if (const auto states = states_of(node); !states || states->empty()) {
      without.push_back({{Span(node.node.host)}, muted("no service data")});
    }
  }
  if (without.empty()) return document;
  document.add_blank();
  add_table(document, {{"NODE", 16}, {"WITHOUT SERVICES"}}, std::move(without), {0}, options);
  return document;
}

}  // namespace fleetwatch::view
