// Wall-clock times as text.
#pragma once

#include <cstdint>
#include <string>

namespace fleetwatch {

// UTC, whole seconds: 2026-02-16T12:00:00Z.
std::string rfc3339(std::int64_t unix_ms);

}  // namespace fleetwatch
