#include "view/format.hpp"

#include <fmt/format.h>

#include <array>

namespace fleetwatch::view {

std::string seconds_text(std::int64_t duration_ms) {
  return fmt::format("{:.1f} s", static_cast<double>(duration_ms) / 1000);
}

std::string duration_text(std::int64_t duration_ms) {
  if (duration_ms < 1000) return fmt::format("{} ms", duration_ms);
  // What seconds_text would round up to "60.0 s" is a minute.
  if (duration_ms < 59'950) return seconds_text(duration_ms);
  const std::int64_t seconds = duration_ms / 1000 + (duration_ms % 1000 >= 500 ? 1 : 0);
  const std::int64_t minutes = seconds / 60;
  const std::int64_t hours = minutes / 60;
  if (minutes < 60) return fmt::format("{} min {} s", minutes, seconds % 60);
  if (hours < 24) return fmt::format("{} h {} min", hours, minutes % 60);
  return fmt::format("{} d {} h", hours / 24, hours % 24);
}

std::string age_text(std::int64_t age_sec) {
  if (age_sec < 60) return fmt::format("{}s ago", age_sec);
  if (age_sec < 3600) return fmt::format("{}m ago", age_sec / 60);
  return fmt::format("{}h ago", age_sec / 3600);
}

std::string bytes_text(std::int64_t bytes) {
  if (bytes < 1024) return fmt::format("{} B", bytes);
  constexpr std::array<std::string_view, 3> kUnits = {"KB", "MB", "GB"};
  double amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would read "1024.0".
  for (; amount >= 1023.95 && unit + 1 < kUnits.size(); ++unit) amount /= 1024;
  return fmt::format("{:.1f} {}", amount, kUnits[unit]);
}

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace fleetwatch::view
