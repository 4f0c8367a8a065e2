#include "view/event_tally.hpp"

#include <fmt/format.h>

#include <initializer_list>
#include <utility>

#include "view/cells.hpp"
#include "view/format.hpp"

namespace fleetwatch::view {

namespace {

Table::Cell number_cell(std::uint64_t value) { return {Span(std::to_string(value))}; }

std::uint64_t events_of(const model::ComponentTally& tally, std::string_view type) {
  const auto found = tally.types.find(type);
  return found == tally.types.end() ? 0 : found->second.total();
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
                    number_cell(tally.errors.total()),
                    number_cell(tally.expired.total())});
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

std::vector<Column> columns(std::initializer_list<const char*> names, std::initializer_list<const char*> numbers) {
  std::vector<Column> all;
  for (const auto* title : names) all.push_back({title});
  for (const auto* title : numbers) all.push_back({title, 0, Align::right});
  return all;
}

std::string or_none(const std::string& name) { return name.empty() ? "--" : name; }

Table::Cell name_cell(const std::string& name) { return {Span(or_none(name))}; }

void add_transitions(Document& document, const model::EventTally& tally, const Options& options) {
  std::vector<Table::Row> rows;
  for (const auto& [name, machine] : tally.machines) {
    for (const auto& [key, count] : machine.transitions) {
      rows.push_back({name_cell(name.machine),
                      name_cell(name.version),
                      name_cell(key.transition),
                      {Span(fmt::format("{} → {}", or_none(key.from), or_none(key.to)))},
                      number_cell(count.total())});
    }
  }
  if (rows.empty()) return;
  document.add_blank();
  add_table(document, columns({"MACHINE", "VERSION", "TRANSITION", "STATES"}, {"TIMES"}), std::move(rows), {}, options);
}

void add_watchers(Document& document, const model::EventTally& tally, const Options& options) {
  std::vector<Table::Row> rows;
  for (const auto& [name, machine] : tally.machines) {
    for (const auto& [watcher, counts] : machine.watchers) {
      const auto runs = counts.run_time.count.total();
      const double mean = runs == 0 ? 0 : counts.run_time.seconds.total() / static_cast<double>(runs);
      const auto failures = counts.failures.total();
      rows.push_back({name_cell(name.machine),
                      name_cell(name.version),
                      name_cell(watcher),
                      number_cell(counts.success.total()),
                      {Span(std::to_string(failures), failures > 0 ? Style::warn : Style::plain)},
                      {Span(fmt::format("{:.3f} s", mean))}});
    }
  }
  if (rows.empty()) return;
  document.add_blank();
  add_table(document, columns({"MACHINE", "VERSION", "WATCHER"}, {"SUCCESS", "FAILURES", "MEAN RUN"}), std::move(rows),
            {}, options);
}

void add_warning(Document& document, const model::Count& count, const char* what) {
  if (count.total() > 0) document.add({{fmt::format("{} {}", count.total(), what), Style::warn}});
}

}  // namespace

Document tally_document(const model::EventTally& tally, const Options& options) {
  std::size_t hosts = 0;
  std::uint64_t good = 0;
  std::vector<Table::Row> rows;
  for (const auto& [name, component] : tally.components) {
    hosts += component.hosts.size();
    good += component.good.total();
    add_rows(rows, name, component);
  }
  Document document;
  document.add({{fmt::format("{}, {}, {}", count_text(hosts, "host"), count_text(tally.components.size(), "component"),
                             count_text(good, "event")),
                 Style::bold}});
  if (!tally.active) document.add({{"does not lead the election " + tally.election, Style::muted}});
  add_warning(document, tally.left_out, "left out: too many hosts or names, or too long ones");
  add_warning(document, tally.dropped, "dropped: they came faster than they were counted");
  add_warning(document, tally.transition_errors, "not readable as transitions of machines");
  add_warning(document, tally.exec_watcher_errors, "not readable as states of watchers");
  if (!rows.empty()) {
    document.add_blank();
    add_table(document,
              columns({"COMPONENT", "VERSION"}, {"HOSTS", "STARTUP", "ALIVE", "PROVISIONED", "UPGRADED", "SHUTDOWN",
                                                 "GOVERNOR", "ERRORS", "EXPIRED"}),
              std::move(rows), {}, options);
  }
  add_transitions(document, tally, options);
  add_watchers(document, tally, options);
  return document;
}

}  // namespace fleetwatch::view
