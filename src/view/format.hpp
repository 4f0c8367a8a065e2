// Numbers as text for people: durations, ages, sizes, counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fleetwatch::view {

std::string seconds_text(std::int64_t duration_ms);   // "2.7 s"; one decimal
std::string duration_text(std::int64_t duration_ms);  // "431 ms", "2.7 s", "3 min 12 s", "5 h 4 min", "12 d 3 h"
std::string age_text(std::int64_t age_sec);           // "45s ago", "3m ago", "26h ago"
std::string bytes_text(std::int64_t bytes);           // "512 B", "1.5 KB", "3.2 MB", "1.0 GB"; powers of 1024
std::string count_text(std::size_t count, std::string_view noun);  // "1 alert", "2 alerts"

}  // namespace fleetwatch::view
