#include "view/choria.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/rfc3339.hpp"
#include "view/cells.hpp"
#include "view/connections.hpp"
#include "view/election.hpp"
#include "view/format.hpp"
#include "view/lifecycle.hpp"

namespace fleetwatch::view {

namespace {

using model::ChoriaOverview;

// An election whose leader has stopped renewing is the one thing here that is wrong by itself.
std::size_t stale_elections(const ChoriaOverview& overview) {
  if (!overview.elections) return 0;
  return static_cast<std::size_t>(std::count_if(overview.elections->begin(), overview.elections->end(),
                                                [](const auto& row) { return row.renewing == false; }));
}

Line verdict_line(const ChoriaOverview& overview) {
  std::uint64_t hosts = 0;
  for (const auto& row : overview.components) hosts += row.hosts;
  std::string text;
  if (overview.events) fmt::format_to(std::back_inserter(text), "{}, ", count_text(hosts, "host"));
  if (overview.connections) {
    fmt::format_to(std::back_inserter(text), "{} waiting, ", overview.connections->waiting.size());
  }
  if (overview.elections) {
    fmt::format_to(std::back_inserter(text), "{}, ", count_text(overview.elections->size(), "election"));
  }
  const auto stale = stale_elections(overview);
  const bool incomplete = !overview.missing.empty();
  const std::string state = stale > 0 ? "WARNING" : incomplete ? "INCOMPLETE" : "OK";
  const auto style = stale > 0 || incomplete ? Style::warn : Style::good;
  return {{state + ": ", style}, {text + "at " + overview.broker}};
}

void add_title(Document& document, std::string_view title) {
  document.add_blank();
  document.add({{title, Style::bold}});
}

void add_components(Document& document, const ChoriaOverview& overview, const Options& options) {
  if (!overview.events) return;
  add_title(document, "Components");
  if (overview.components.empty()) return document.add({{"none was heard of", Style::muted}});
  std::vector<Table::Row> rows;
  for (const auto& one : overview.components) {
    rows.push_back({{Span(one.component)},
                    {one.version.empty() ? Span("--", Style::muted) : Span(one.version)},
                    {Span(std::to_string(one.hosts))}});
  }
  add_table(document, {{"COMPONENT"}, {"VERSION"}, {"HOSTS", 0, Align::right}}, std::move(rows), {}, options);
}

void add_events(Document& document, const ChoriaOverview& overview) {
  if (!overview.events) return;
  add_title(document, fmt::format("Last events (of {} in the stream)", overview.events_read));
  if (overview.events->empty()) document.add({{"none", Style::muted}});
  for (const auto& seen : *overview.events) {
    document.add({{rfc3339(seen.seen_unix_ms), Style::muted}, {" " + lifecycle_text(seen.event)}});
  }
}

void append(Document& document, Document more) {
  for (auto& line : more.lines) document.add(std::move(line));
}

}  // namespace

Document choria_document(const ChoriaOverview& overview, const Options& options) {
  Document document;
  document.add(verdict_line(overview));
  for (const auto& one : overview.missing) {
    document.add({{fmt::format("no {}: {}", one.part, one.error), Style::warn}});
  }
  if (overview.connections) {
    add_title(document, "Provisioning");
    append(document, connections_document(*overview.connections, options));
  }
  if (overview.elections) {
    add_title(document, "Elections");
    append(document, election_list(*overview.elections, options.width));
  }
  add_components(document, overview, options);
  add_events(document, overview);
  return document;
}

}  // namespace fleetwatch::view
