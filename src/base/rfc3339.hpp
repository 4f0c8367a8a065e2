// Wall-clock times as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fleetwatch {

// UTC, whole seconds: 2026-02-16T12:00:00Z.
std::string rfc3339(std::int64_t unix_ms);
// UTC, milliseconds: 2026-02-16T12:00:00.123Z.
std::string rfc3339_with_ms(std::int64_t unix_ms);

// Milliseconds since 1970 of a date and time with any zone and fraction, cut to milliseconds; nothing when it is none.
std::optional<std::int64_t> parse_rfc3339_ms(std::string_view text);

}  // namespace fleetwatch
