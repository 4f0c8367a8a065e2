// Durations as programs in Go write them.
#pragma once

#include <cstdint>
#include <string>

namespace fleetwatch {

// "1m0s", "2h0m0s", "1.5s", "250ms", "0s".
std::string go_duration(std::int64_t nanoseconds);

}  // namespace fleetwatch
