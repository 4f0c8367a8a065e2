// Log lines of CoreDNS.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fleetwatch::parse {

// Lines of the plugin `errors`. Good queries and such as failed for lack of a zone file are [INFO] lines.
std::int64_t count_coredns_errors(const std::vector<std::string>& messages);

}  // namespace fleetwatch::parse
