#include "view/connections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "view/cells.hpp"
#include "view/format.hpp"

namespace fleetwatch::view {

namespace {

using model::BrokerConnection;
using model::BrokerConnections;

Line verdict_line(const BrokerConnections& all) {
  const auto& waiting = all.waiting;
  if (waiting.empty()) {
    return {{"No server waits for provisioning", Style::good},
            {"; " + count_text(all.provisioners.size(), "provisioner")}};
  }
  std::string text = waiting.size() == 1 ? "1 server waits for provisioning"
                                         : fmt::format("{} servers wait for provisioning", waiting.size());
  if (const auto& longest = waiting.front(); longest.connected_ms) {
    fmt::format_to(std::back_inserter(text), ", the longest for {} ({})", duration_text(*longest.connected_ms),
                   longest.name);
  }
  const auto nobody = all.provisioners.empty();
  return {{text, Style::bold},
          {"; "},
          {nobody ? "no provisioner is connected" : count_text(all.provisioners.size(), "provisioner"),
           nobody ? Style::warn : Style::plain}};
}

Table::Cell duration_cell(const std::optional<std::int64_t>& duration_ms) {
  if (!duration_ms) return missing();
  return {Span(duration_text(*duration_ms))};
}

Table::Row row_of(const BrokerConnection& one) {
  return {{one.name.empty() ? Span("(no name)", Style::muted) : Span(one.name)},
          {Span(one.address)},
          {Span(one.connected_at.value_or("--"))},
          duration_cell(one.connected_ms),
          duration_cell(one.idle_ms),
          {Span(std::to_string(one.subscriptions))},
          {Span(std::to_string(one.in_msgs))},
          {Span(std::to_string(one.out_msgs))},
          {Span(one.account.empty() ? "--" : one.account)},
          {Span(one.broker)}};
}

constexpr std::size_t kMostNames = 5;
constexpr std::size_t kMostLeft = 20;

// Whether anybody asked for lifecycle events.
bool has_states(const BrokerConnections& all) { return all.events_error || all.startup_not_seen; }

Table::Cell state_cell(const BrokerConnection& one) {
  if (!one.state) return {Span("unknown", Style::muted)};
  return {Span(*one.state, *one.state == model::kStateGone ? Style::warn : Style::plain)};
}

Table::Cell startup_cell(const BrokerConnection& one) {
  if (!one.startup_seen) return {Span("unknown", Style::muted)};
  return {*one.startup_seen ? Span("seen") : Span("not seen", Style::warn)};
}

void add_event_lines(Document& document, const BrokerConnections& all) {
  if (all.events_error) {
    const auto* what = all.startup_not_seen ? "States are by the events of since we listen" : "States are unknown";
    document.add({{fmt::format("{}: {}", what, *all.events_error), Style::muted}});
  }
  if (!all.startup_not_seen || all.startup_not_seen->empty()) return;
  const auto& names = *all.startup_not_seen;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kMostNames); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kMostNames) fmt::format_to(std::back_inserter(text), ", and {} more", names.size() - kMostNames);
  document.add({{fmt::format("No startup event of {} came since {} connected, provisioners may not know {}: ",
                             count_text(names.size(), "server"), names.size() == 1 ? "it" : "they",
                             names.size() == 1 ? "it" : "them"),
                 Style::warn},
                {text}});
}

void add_left(Document& document, const BrokerConnections& all, const Options& options) {
  if (!all.left || all.left->empty()) return;
  std::vector<Table::Row> rows;
  for (const auto& one : *all.left) {
    if (rows.size() == kMostLeft) break;
    const auto style = one.state == model::kStateGone ? Style::warn : Style::plain;
    rows.push_back({{Span(one.name)}, {Span(one.state, style)}, {Span(one.state_since)}});
  }
  document.add_blank();
  add_table(document, {{"LEFT"}, {"STATE"}, {"SINCE"}}, std::move(rows), {0}, options);
  if (all.left->size() > kMostLeft) {
    document.add({{fmt::format("and {} more, see --json", all.left->size() - kMostLeft), Style::muted}});
  }
}

// Behind the address.
void add_state_columns(std::vector<Column>& columns, std::vector<Table::Row>& rows,
                       const std::vector<BrokerConnection>& list) {
  constexpr std::ptrdiff_t kPlace = 2;
  columns.insert(columns.begin() + kPlace, {{"STATE"}, {"STARTUP"}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i].insert(rows[i].begin() + kPlace, {state_cell(list[i]), startup_cell(list[i])});
  }
}

void add_connections(Document& document, std::string_view title, const std::vector<BrokerConnection>& list, bool states,
                     const Options& options) {
  if (list.empty()) return;
  std::vector<Table::Row> rows;
  rows.reserve(list.size());
  for (const auto& one : list) rows.push_back(row_of(one));
  std::vector<Column> columns = {{std::string(title)},
                                 {"ADDRESS"},
                                 {"SINCE"},
                                 {"FOR", 0, Align::right},
                                 {"IDLE", 0, Align::right},
                                 {"SUBS", 0, Align::right},
                                 {"IN", 0, Align::right},
                                 {"OUT", 0, Align::right},
                                 {"ACCOUNT"},
                                 {"BROKER"}};
  if (states) add_state_columns(columns, rows, list);
  document.add_blank();
  add_table(document, std::move(columns), std::move(rows), {0, 1}, options);
}

}  // namespace

Document connections_document(const BrokerConnections& connections, const Options& options) {
  Document document;
  document.add(verdict_line(connections));
  if (connections.unknown_account) {
    document.add(
        {{fmt::format("No broker knows the account \"{}\": told apart by what they subscribe to", connections.account),
          Style::muted}});
  }
  for (const auto& broker : connections.brokers) {
    if (broker.error) document.add({{fmt::format("{}: {}", broker.broker, *broker.error), Style::bad}});
  }
  add_event_lines(document, connections);
  add_connections(document, "WAITING", connections.waiting, has_states(connections), options);
  add_connections(document, "PROVISIONER", connections.provisioners, false, options);
  add_connections(document, "OTHER", connections.others, false, options);
  add_left(document, connections, options);
  return document;
}

}  // namespace fleetwatch::view
