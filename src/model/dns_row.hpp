// One nameserver: what `monitor dns --json` writes as a list.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct DnsRow {
  std::string host;
  std::optional<bool> coredns_active;
  std::optional<bool> caddy_active;
  std::optional<bool> soa_resolves;
  std::optional<bool> ns_resolves;
  std::optional<bool> wildcard_resolves;
  std::optional<std::int64_t> base_tls_days_left;  // absent when it could not be checked
  std::optional<std::int64_t> wild_tls_days_left;
  std::optional<bool> base_tls_expired;
  std::optional<bool> wild_tls_expired;
  std::string status;                 // "ok" or "unreachable"
  std::optional<std::string> reason;  // FailureReason, only when unreachable
  std::optional<std::string> error;   // text for people, only when unreachable
  bool operator==(const DnsRow&) const = default;
};

template <>
struct Described<DnsRow> {
  static constexpr auto fields = std::tuple{
      field("host", &DnsRow::host, "inventory host"),
      field("coredns_active", &DnsRow::coredns_active, "unit coredns is active"),
      field("caddy_active", &DnsRow::caddy_active, "unit caddy is active"),
      field("soa_resolves", &DnsRow::soa_resolves, "SOA query for the zone was answered"),
      field("ns_resolves", &DnsRow::ns_resolves, "NS query for the zone was answered"),
      field("wildcard_resolves", &DnsRow::wildcard_resolves, "A query for a name below the zone was answered"),
      field("base_tls_days_left", &DnsRow::base_tls_days_left, Unit::days, "days until the zone's certificate ends"),
      field("wild_tls_days_left", &DnsRow::wild_tls_days_left, Unit::days, "the same for names below the zone"),
      field("base_tls_expired", &DnsRow::base_tls_expired, "the zone's certificate is past its end"),
      field("wild_tls_expired", &DnsRow::wild_tls_expired, "the certificate of names below the zone is past its end"),
      field("status", &DnsRow::status, "ok or unreachable"),
      field("reason", &DnsRow::reason, "why there is no report: a word of a closed list"),
      field("error", &DnsRow::error, "why there is no report: text for people"),
  };
};

}  // namespace fleetwatch::model
