// Section `dns`: CoreDNS, Caddy, certificates. Source: systemd, sockets, queries to 127.0.0.1, TLS on localhost:443.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Dns {
  std::optional<bool> coredns_active;
  std::optional<bool> caddy_active;
  std::optional<bool> port_53_bound;
  std::optional<bool> port_80_bound;
  std::optional<bool> port_443_bound;
  std::optional<std::int64_t> coredns_mem_mb;
  std::optional<std::int64_t> coredns_restarts;
  std::optional<std::int64_t> log_errors_5m;
  std::optional<bool> corefile_exists;
  std::optional<bool> soa_resolves;
  std::optional<bool> ns_resolves;
  std::optional<std::int64_t> ns_record_count;
  std::optional<bool> wildcard_resolves;
  std::optional<bool> base_a_resolves;
  std::optional<std::int64_t> base_tls_days_left;
  std::optional<std::int64_t> wild_tls_days_left;
  std::optional<bool> base_tls_expired;
  std::optional<bool> wild_tls_expired;
  UnknownMembers unknown;
  bool operator==(const Dns&) const = default;
};

template <>
struct Described<Dns> {
  static constexpr auto fields = std::tuple{
      field("coredns_active", &Dns::coredns_active, "unit coredns is active"),
      field("caddy_active", &Dns::caddy_active, "unit caddy is active"),
      field("port_53_bound", &Dns::port_53_bound, "a UDP socket other than the local stub is bound to port 53"),
      field("port_80_bound", &Dns::port_80_bound, "something listens on TCP 80"),
      field("port_443_bound", &Dns::port_443_bound, "something listens on TCP 443"),
      field("coredns_mem_mb", &Dns::coredns_mem_mb, Unit::mebibytes, "resident memory of coredns"),
      field("coredns_restarts", &Dns::coredns_restarts, "automatic restarts of the unit"),
      field("log_errors_5m", &Dns::log_errors_5m, "lines that begin with [ERROR] in the last 5 minutes"),
      field("corefile_exists", &Dns::corefile_exists, "/etc/coredns/Corefile exists"),
      field("soa_resolves", &Dns::soa_resolves, "SOA query for the zone was answered"),
      field("ns_resolves", &Dns::ns_resolves, "NS query for the zone was answered"),
      field("ns_record_count", &Dns::ns_record_count, "NS records"),
      field("wildcard_resolves", &Dns::wildcard_resolves, "A query for test.<zone> was answered"),
      field("base_a_resolves", &Dns::base_a_resolves, "A query for <zone> was answered"),
      field("base_tls_days_left", &Dns::base_tls_days_left, Unit::days,
            "days until the zone's certificate ends; -1: could not check"),
      field("wild_tls_days_left", &Dns::wild_tls_days_left, Unit::days, "the same for a name below the zone"),
      field("base_tls_expired", &Dns::base_tls_expired, "the zone's certificate is past its end"),
      field("wild_tls_expired", &Dns::wild_tls_expired, "the certificate of names below the zone is past its end"),
  };
};

}  // namespace fleetwatch::model
