#include "view/event_tally.hpp"

#include <fmt/format.h>

#include "view/cells.hpp"
#include "view/format.hpp"

namespace fleetwatch::view {

namespace {

Table::Cell number_cell(std::uint64_t value) { return {Span(std::to_string(value))}; }

std::uint64_t events_of(const model::ComponentTally& tally, std::string_view type) {
  const auto found = tally.types.find(type);
  return found == tally.types.end() ? 0 : found->second;
}

// The events of a component stand in the row of its first version.
void add_rows(std::vector<Table::Row>& rows, const std::string& name, const model::ComponentTally& tally) {
  const auto first = [&](const std::string& version, std::uint64_t hosts) {
    rows.push_back({{Span(name)},
                    {Span(version)},
                    number_cell(hosts),
                    number_cell(events_of(tally, "startup")),
                    number_cell(events_of(tally, "alive")),
                    number_cell(events_of(tally, "provisioned")),
                    number_cell(events_of(tally, "upgraded")),
                    number_cell(events_of(tally, "shutdown")),
                    number_cell(events_of(tally, "governor")),
                    number_cell(tally.errors),
                    number_cell(tally.expired)});
  };
  if (tally.versions.empty()) return first("--", 0);
  bool is_first = true;
  for (const auto& [version, hosts] : tally.versions) {
    const auto shown = version.empty() ? std::string("--") : version;
    if (std::exchange(is_first, false)) {
      first(shown, hosts);
    } else {
      rows.push_back({{Span(name)}, {Span(shown)}, number_cell(hosts), {}, {}, {}, {}, {}, {}, {}, {}});
    }
  }
}

}  // namespace

Document tally_document(const model::EventTally& tally, const Options& options) {
  std::size_t hosts = 0;
  std::uint64_t good = 0;
  std::vector<Table::Row> rows;
  for (const auto& [name, component] : tally.components) {
    hosts += component.hosts.size();
    good += component.good;
    add_rows(rows, name, component);
  }
  Document document;
  document.add({{fmt::format("{}, {}, {}", count_text(hosts, "host"), count_text(tally.components.size(), "component"),
                             count_text(good, "event")),
                 Style::bold}});
  if (tally.left_out > 0) document.add({{fmt::format("{} left out: too many names", tally.left_out), Style::warn}});
  if (rows.empty()) return document;
  document.add_blank();
  std::vector<Column> columns = {{"COMPONENT"}, {"VERSION"}};
  for (const auto* title :
       {"HOSTS", "STARTUP", "ALIVE", "PROVISIONED", "UPGRADED", "SHUTDOWN", "GOVERNOR", "ERRORS", "EXPIRED"}) {
    columns.push_back({title, 0, Align::right});
  }
  add_table(document, std::move(columns), std::move(rows), {}, options);
  return document;
}

}  // namespace fleetwatch::view
