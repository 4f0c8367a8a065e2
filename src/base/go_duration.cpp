#include "base/go_duration.hpp"

#include <fmt/format.h>

namespace fleetwatch {

namespace {

// value / unit with all its digits and none too many.
std::string decimal(std::uint64_t value, std::uint64_t unit) {
  auto text = std::to_string(value / unit);
  auto rest = value % unit;
  if (rest == 0) return text;
  text += '.';
  for (auto digit = unit / 10; rest != 0; digit /= 10) {
    text += static_cast<char>('0' + rest / digit);
    rest %= digit;
  }
  return text;
}

}  // namespace

std::string go_duration(std::int64_t nanoseconds) {
  constexpr std::uint64_t kMicrosecond = 1'000;
  constexpr std::uint64_t kMillisecond = 1'000'000;
  constexpr std::uint64_t kSecond = 1'000'000'000;
  if (nanoseconds == 0) return "0s";
  const std::string sign = nanoseconds < 0 ? "-" : "";
  // The smallest number has no positive counterpart as a signed one.
  const auto all =
      nanoseconds < 0 ? 0 - static_cast<std::uint64_t>(nanoseconds) : static_cast<std::uint64_t>(nanoseconds);
  if (all < kMicrosecond) return fmt::format("{}{}ns", sign, all);
  if (all < kMillisecond) return sign + decimal(all, kMicrosecond) + "µs";
  if (all < kSecond) return sign + decimal(all, kMillisecond) + "ms";
  const auto minutes = all / kSecond / 60;
  const auto seconds = decimal(all - minutes * 60 * kSecond, kSecond);
  if (minutes == 0) return fmt::format("{}{}s", sign, seconds);
  if (minutes < 60) return fmt::format("{}{}m{}s", sign, minutes, seconds);
  return fmt::format("{}{}h{}m{}s", sign, minutes / 60, minutes % 60, seconds);
}

}  // namespace fleetwatch
