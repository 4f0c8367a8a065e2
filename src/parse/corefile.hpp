// CoreDNS's configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fleetwatch::parse {

// The zone of the first server block that names a domain with at least one dot, without scheme, leading `*.`, port and
// final dot; the root zone and reverse zones in prefix form never count. Nothing when there is none.
std::optional<std::string> zone_of_corefile(std::string_view corefile);

}  // namespace fleetwatch::parse
