// Files of the Anyone client and relay, whose formats are Tor's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fleetwatch::parse {

struct AnonConfig {
  bool has_or_port = false;  // a relay; `ORPort 0` is none
  std::optional<std::string> nickname;
};

AnonConfig parse_anonrc(std::string_view anonrc);

// Percentage of the last line that says "Bootstrapped NN%"; nothing without such a line.
std::optional<std::int64_t> last_bootstrap_percent(std::string_view notices_log);

// The second word of the fingerprint file ("nickname HEX"), or its only one.
std::optional<std::string> parse_anon_fingerprint(std::string_view file);

}  // namespace fleetwatch::parse
