// CoreDNS, Caddy, certificates.
#include <fmt/format.h>

#include "alert/rule.hpp"
#include "alert/units.hpp"

namespace fleetwatch::alert {

namespace {

using model::Dns;
using model::Severity;
using Flag = std::optional<bool> Dns::*;
using Days = std::optional<std::int64_t> Dns::*;

const Dns* on_nameserver(const Look& look) {
  return look.node->result->node.is_nameserver() ? look.section(&model::NodeReport::dns) : nullptr;
}

// What CoreDNS should serve while it runs.
void unless_served(const Look& look, Flag served, std::string_view message, Findings& out) {
  const auto* dns = on_nameserver(look);
  if (dns == nullptr || !is_true(dns->coredns_active) || !is_false(dns->*served)) return;
  out.push_back({.message = std::string(message)});
}

void coredns_down(const Look& look, Findings& out) {
  const auto* dns = on_nameserver(look);
  if (dns != nullptr && is_false(dns->coredns_active)) out.push_back({.message = "CoreDNS is down"});
}

void caddy_down(const Look& look, Findings& out) {
  const auto* dns = look.section(&model::NodeReport::dns);
  if (dns != nullptr && is_false(dns->caddy_active)) out.push_back({.message = "Caddy is down"});
}

// A collector that knows no expired flag counts down below zero; -1 alone means that it could not check.
bool is_expired(const Dns& dns, Days days, Flag expired) {
  return is_true(dns.*expired) || (dns.*days && *(dns.*days) < -1);
}

void expires_soon(const Look& look, Days days, Flag expired, std::string_view name, Findings& out) {
  const auto* dns = on_nameserver(look);
  if (dns == nullptr || !(dns->*days) || is_expired(*dns, days, expired)) return;
  const auto left = *(dns->*days);
  if (left < 0 || left >= look.limits().tls_days) return;
  out.push_back({.message = fmt::format("{} certificate expires in {} days", name, left)});
}

void base_tls_expiring(const Look& look, Findings& out) {
  expires_soon(look, &Dns::base_tls_days_left, &Dns::base_tls_expired, "base", out);
}

void wildcard_tls_expiring(const Look& look, Findings& out) {
  expires_soon(look, &Dns::wild_tls_days_left, &Dns::wild_tls_expired, "wildcard", out);
}

void tls_expired(const Look& look, Findings& out) {
  const auto* dns = on_nameserver(look);
  if (dns == nullptr) return;
  if (is_expired(*dns, &Dns::base_tls_days_left, &Dns::base_tls_expired)) {
    out.push_back({.message = "base certificate expired", .subject = "base"});
  }
  if (is_expired(*dns, &Dns::wild_tls_days_left, &Dns::wild_tls_expired)) {
    out.push_back({.message = "wildcard certificate expired", .subject = "wildcard"});
  }
}

// Ours leaves the answers out when it found no zone; the reference writes false for all of them.
bool knows_zone(const Look& look, const Dns& dns) {
  if (look.node->report->collector) return dns.soa_resolves.has_value() || dns.base_a_resolves.has_value();
  return is_true(dns.soa_resolves) || is_true(dns.ns_resolves) || is_true(dns.base_a_resolves) ||
         is_true(dns.wildcard_resolves);
}

void tls_unchecked(const Look& look, Findings& out) {
  const auto* dns = on_nameserver(look);
  if (dns == nullptr || !is_true(dns->port_443_bound) || !knows_zone(look, *dns)) return;
  const bool base = dns->base_tls_days_left == -1 && !is_true(dns->base_tls_expired);
  const bool wildcard = dns->wild_tls_days_left == -1 && !is_true(dns->wild_tls_expired);
  if (!base && !wildcard) return;
  const std::string_view which = base && wildcard ? "base and wildcard" : (base ? "base" : "wildcard");
  out.push_back({.message = fmt::format("{} certificate could not be checked", which)});
}

void soa_unresolved(const Look& look, Findings& out) {
  unless_served(look, &Dns::soa_resolves, "SOA not resolving", out);
}

void wildcard_unresolved(const Look& look, Findings& out) {
  unless_served(look, &Dns::wildcard_resolves, "wildcard not resolving", out);
}

void base_a_unresolved(const Look& look, Findings& out) {
  unless_served(look, &Dns::base_a_resolves, "base A record not resolving", out);
}

void ns_unresolved(const Look& look, Findings& out) { unless_served(look, &Dns::ns_resolves, "NS not resolving", out); }

void port53_unbound(const Look& look, Findings& out) {
  unless_served(look, &Dns::port_53_bound, "CoreDNS active, port 53 not bound", out);
}

void port443_unbound(const Look& look, Findings& out) {
  const auto* dns = look.section(&model::NodeReport::dns);
  if (dns == nullptr || !is_true(dns->caddy_active) || !is_false(dns->port_443_bound)) return;
  out.push_back({.message = "Caddy active, port 443 not bound"});
}

constexpr Rule kRules[] = {
    {.id = "dns.coredns_down",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A nameserver does not run CoreDNS: it answers no names.",
     .fires = "CoreDNS is not active",
     .unless = "the node is no nameserver",
     .causes = {"It was stopped or has failed: its unit says so.",
                "The zone file or Corefile is wrong: it ends at once with one line without a level.",
                "Port 53 is taken: its last line says that the address is in use."},
     .checks = kUnitChecks,
     .evaluate = coredns_down,
     .unit = kCorednsUnit},
    {.id = "dns.caddy_down",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Caddy does not run where there is DNS: no HTTPS, no new certificates.",
     .fires = "Caddy is not active",
     .unless = "the node has no DNS section",
     .causes = {"It was stopped or has failed: its unit says so.",
                "Its configuration is wrong: its last line names the place.",
                "Port 80 or 443 is taken: its last line says that the address is in use."},
     .checks = kUnitChecks,
     .evaluate = caddy_down,
     .unit = kCaddyUnit},
    {.id = "dns.base_tls_expiring",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The zone's certificate ends soon; Caddy should have renewed it by now.",
     .fires = "fewer than {tls_days} days are left",
     .unless = "the node is no nameserver",
     .causes = {"The renewal fails: Caddy's lines name the error of the authority.",
                "The challenge cannot be answered: port 80, 443 or the zone's DNS is out of order.",
                "Caddy was down for long: its unit is active for a short time only."},
     .checks = {{{"what Caddy says about certificates",
                  "sudo journalctl -u caddy -g \"certificate|acme\" -n 50 --no-pager"},
                 {"who serves the port", "sudo ss -ltnp \"sport = :443\""}}},
     .evaluate = base_tls_expiring,
     .unit = kCaddyUnit},
    {.id = "dns.wildcard_tls_expiring",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The certificate of names below the zone ends soon; Caddy should have renewed it by now.",
     .fires = "fewer than {tls_days} days are left",
     .unless = "the node is no nameserver",
     .causes = {"The renewal fails: Caddy's lines name the error of the authority.",
                "The challenge cannot be answered: port 80, 443 or the zone's DNS is out of order.",
                "Caddy was down for long: its unit is active for a short time only."},
     .checks = {{{"what Caddy says about certificates",
                  "sudo journalctl -u caddy -g \"certificate|acme\" -n 50 --no-pager"},
                 {"who serves the port", "sudo ss -ltnp \"sport = :443\""}}},
     .evaluate = wildcard_tls_expiring,
     .unit = kCaddyUnit},
    {.id = "dns.tls_expired",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A certificate is past its end: clients refuse the connection.",
     .fires = "a certificate's end lies in the past",
     .unless = "the node is no nameserver",
     .causes = {"The renewal fails: Caddy's lines name the error of the authority.",
                "The challenge cannot be answered: port 80, 443 or the zone's DNS is out of order.",
                "Caddy was down for long: its unit is active for a short time only."},
     .checks = {{{"what Caddy says about certificates",
                  "sudo journalctl -u caddy -g \"certificate|acme\" -n 50 --no-pager"},
                 {"who serves the port", "sudo ss -ltnp \"sport = :443\""}}},
     .evaluate = tls_expired,
     .unit = kCaddyUnit},
    {.id = "dns.tls_unchecked",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Port 443 is bound, but no certificate could be read from it.",
     .fires = "the handshake on localhost gave no certificate for the zone",
     .unless = "the node is no nameserver; port 443 is not bound; no zone is known",
     .causes = {"Caddy has no certificate for the name yet: its lines speak of obtaining one.",
                "Something else listens there: the socket has another owner."},
     .checks = {{{"who listens", "sudo ss -ltnp \"sport = :443\""},
                 {"Caddy's last lines", "sudo journalctl -u caddy -n 50 --no-pager"}}},
     .evaluate = tls_unchecked,
     .unit = kCaddyUnit},
    {.id = "dns.port53_unbound",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "CoreDNS runs, but nothing takes queries on port 53.",
     .fires = "no UDP socket is bound to port 53 outside of loopback",
     .unless = "the node is no nameserver; CoreDNS is not active",
     .causes = {"Another port in the Corefile: its server blocks name it.",
                "Only bound to loopback: the list of sockets shows the address.",
                "It is starting: the unit is active for seconds only."},
     .checks = {{{"who listens", "sudo ss -lunp \"sport = :53\""},
                 {"CoreDNS's last lines", "sudo journalctl -u coredns -n 50 --no-pager"}}},
     .evaluate = port53_unbound,
     .unit = kCorednsUnit},
    {.id = "dns.soa_unresolved",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "CoreDNS runs, but does not answer for its own zone.",
     .fires = "an SOA query for the zone on 127.0.0.1 gives no record",
     .unless = "the node is no nameserver; CoreDNS is not active",
     .causes = {"The zone file is missing: one WARNING at its start, and SERVFAIL for every name.",
                "The source of the zone is silent: SERVFAIL after 6 s and ERROR lines.",
                "The Corefile serves another zone: REFUSED, and nothing in the log."},
     .checks = {{{"the zone and where its file is", "cat /etc/coredns/Corefile"},
                 {"what CoreDNS complained about",
                  "sudo journalctl -u coredns -g \"WARNING|ERROR\" -n 20 --no-pager"}}},
     .evaluate = soa_unresolved,
     .unit = kCorednsUnit},
    {.id = "dns.wildcard_unresolved",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Names below the zone have no address record.",
     .fires = "a query for a name below the zone gives no record",
     .unless = "the node is no nameserver; CoreDNS is not active",
     .causes = {"The zone has no wildcard record: SOA and NS resolve.",
                "It has one of another type only: the answer is NOERROR and empty."},
     .checks = {{{"the zone and where its file is", "cat /etc/coredns/Corefile"},
                 {"what CoreDNS complained about",
                  "sudo journalctl -u coredns -g \"WARNING|ERROR\" -n 20 --no-pager"}}},
     .evaluate = wildcard_unresolved,
     .unit = kCorednsUnit},
    {.id = "dns.base_a_unresolved",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The zone itself has no address record.",
     .fires = "an A query for the zone gives no record",
     .unless = "the node is no nameserver; CoreDNS is not active",
     .causes = {"The record is missing: SOA and NS resolve.",
                "Nothing of the zone resolves: dns.soa_unresolved fires too."},
     .checks = {{{"the zone and where its file is", "cat /etc/coredns/Corefile"},
                 {"what CoreDNS complained about",
                  "sudo journalctl -u coredns -g \"WARNING|ERROR\" -n 20 --no-pager"}}},
     .evaluate = base_a_unresolved,
     .unit = kCorednsUnit},
    {.id = "dns.ns_unresolved",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The zone names no nameserver.",
     .fires = "an NS query for the zone gives no record",
     .unless = "the node is no nameserver; CoreDNS is not active",
     .causes = {"The records are missing: SOA resolves.",
                "Nothing of the zone resolves: dns.soa_unresolved fires too."},
     .checks = {{{"the zone and where its file is", "cat /etc/coredns/Corefile"},
                 {"what CoreDNS complained about",
                  "sudo journalctl -u coredns -g \"WARNING|ERROR\" -n 20 --no-pager"}}},
     .evaluate = ns_unresolved,
     .unit = kCorednsUnit},
    {.id = "dns.port443_unbound",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Caddy runs, but nothing takes connections on port 443.",
     .fires = "no TCP socket listens on port 443",
     .unless = "Caddy is not active",
     .causes = {"Its configuration has only HTTP: port 80 is bound.",
                "It is starting or waits for a certificate: its lines say so."},
     .checks = {{{"who listens", "sudo ss -ltnp \"sport = :443\""},
                 {"Caddy's last lines", "sudo journalctl -u caddy -n 50 --no-pager"}}},
     .evaluate = port443_unbound,
     .unit = kCaddyUnit},
};

}  // namespace

std::span<const Rule> dns_rules() { return kRules; }

}  // namespace fleetwatch::alert
