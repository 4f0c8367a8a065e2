// Many hosts in one short text.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fleetwatch::view {

// "203.0.113.[10-14], n7"; of a text longer than `max_bytes` whole sets are left out from the end: "n[03-17] and 40
// more". At least one set is named.
std::string host_ranges(const std::vector<std::string>& hosts, std::size_t max_bytes);

}  // namespace fleetwatch::view
