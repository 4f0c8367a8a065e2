// The nameservers: CoreDNS, Caddy, resolution, certificates.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/alert.hpp"
#include "model/dns_row.hpp"
#include "model/snapshot.hpp"
#include "view/document.hpp"
#include "view/options.hpp"

namespace fleetwatch::view {

// "89 days", "EXPIRED" or "--". `days` as in model/dns.hpp.
Span certificate_span(const std::optional<std::int64_t>& days, const std::optional<bool>& expired);

// Nodes whose role is nameserver.
std::vector<model::DnsRow> dns_rows(const model::Snapshot& snapshot);

Document dns_document(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts, const Options& options);

}  // namespace fleetwatch::view
