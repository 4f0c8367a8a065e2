#include "view/dns.hpp"

#include <string>
#include <utility>

#include "view/cells.hpp"
#include "view/format.hpp"
#include "view/verdict.hpp"

namespace fleetwatch::view {

namespace {

using model::Dns;
using model::DnsRow;
using model::NodeResult;

constexpr std::int64_t kNotChecked = -1;
constexpr std::int64_t kUrgentDays = 7;
constexpr std::int64_t kSoonDays = 14;  // where the rules begin to warn

const Dns* dns_of(const NodeResult& node) { return node.report && node.report->dns ? &*node.report->dns : nullptr; }

std::optional<std::int64_t> checked(const std::optional<std::int64_t>& days) {
  return days == kNotChecked ? std::nullopt : days;
}

DnsRow dns_row(const NodeResult& node) {
  DnsRow row;
  row.host = node.node.host;
  set_status(row, node);
  const Dns* dns = dns_of(node);
  if (dns == nullptr) return row;
  row.coredns_active = dns->coredns_active;
  row.caddy_active = dns->caddy_active;
  row.soa_resolves = dns->soa_resolves;
  row.ns_resolves = dns->ns_resolves;
  row.wildcard_resolves = dns->wildcard_resolves;
  row.base_tls_days_left = checked(dns->base_tls_days_left);
  row.wild_tls_days_left = checked(dns->wild_tls_days_left);
  row.base_tls_expired = dns->base_tls_expired;
  row.wild_tls_expired = dns->wild_tls_expired;
  return row;
}

Table::Row table_row(const NodeResult& node) {
  if (!node.report) return {{Span(node.node.host, Style::bad)}, unreached_cell(node)};
  const Table::Cell name = {Span(node.node.host)};
  if (node.report->dns.is_crashed()) return {name, muted("its probe crashed")};
  const Dns* dns = dns_of(node);
  if (dns == nullptr) return {name, muted("no DNS data")};
  return {name,
          mark(dns->coredns_active),
          mark(dns->caddy_active),
          mark(dns->soa_resolves),
          mark(dns->ns_resolves),
          mark(dns->wildcard_resolves),
          {certificate_span(dns->base_tls_days_left, dns->base_tls_expired)},
          {certificate_span(dns->wild_tls_days_left, dns->wild_tls_expired)}};
}

}  // namespace

Span certificate_span(const std::optional<std::int64_t>& days, const std::optional<bool>& expired) {
  // A collector that knows no expired flag counts down below zero; -1 alone means that it could not check.
  if (expired == true || (days && *days < kNotChecked)) return {"EXPIRED", Style::bad};
  if (!days || *days == kNotChecked) return {"--", Style::muted};
  const Style style = *days < kUrgentDays ? Style::bad : *days < kSoonDays ? Style::warn : Style::good;
  return {count_text(static_cast<std::size_t>(*days), "day"), style};
}

std::vector<DnsRow> dns_rows(const model::Snapshot& snapshot) {
  std::vector<DnsRow> rows;
  for (const NodeResult& node : snapshot.nodes) {
    if (node.node.is_nameserver()) rows.push_back(dns_row(node));
  }
  return rows;
}

Document dns_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                      const Options& options) {
  Document document;
  add_verdict(document, snapshot, alerts, options.width);
  document.add_blank();

  std::vector<Table::Row> rows;
  for (const NodeResult& node : snapshot.nodes) {
    if (node.node.is_nameserver()) rows.push_back(table_row(node));
  }
  if (rows.empty()) {
    document.add(cut_line(muted("no node has the role of a nameserver"), options.width));
    return document;
  }
  add_table(document,
            {{"NODE", 16},
             {"COREDNS", 7},
             {"CADDY", 5},
             {"SOA", 3},
             {"NS", 3},
             {"WILDCARD", 8},
             {"BASE TLS", 8, Align::right},
             {"WILD TLS", 8, Align::right}},
            std::move(rows), {0}, options);
  return document;
}

}  // namespace fleetwatch::view
