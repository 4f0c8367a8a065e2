#include "view/connections.hpp"

#include <fmt/format.h>

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

void add_connections(Document& document, std::string_view title, const std::vector<BrokerConnection>& list,
                     const Options& options) {
  if (list.empty()) return;
  std::vector<Table::Row> rows;
  rows.reserve(list.size());
  for (const auto& one : list) rows.push_back(row_of(one));
  document.add_blank();
  add_table(document,
            {{std::string(title)},
             {"ADDRESS"},
             {"SINCE"},
             {"FOR", 0, Align::right},
             {"IDLE", 0, Align::right},
             {"SUBS", 0, Align::right},
             {"IN", 0, Align::right},
             {"OUT", 0, Align::right},
             {"ACCOUNT"},
             {"BROKER"}},
            std::move(rows), {0, 1}, options);
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
  add_connections(document, "WAITING", connections.waiting, options);
  add_connections(document, "PROVISIONER", connections.provisioners, options);
  add_connections(document, "OTHER", connections.others, options);
  return document;
}

}  // namespace fleetwatch::view
