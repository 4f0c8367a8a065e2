#include "base/rfc3339.hpp"

#include <fmt/format.h>

#include <chrono>

namespace fleetwatch {

std::string rfc3339(std::int64_t unix_ms) {
  using namespace std::chrono;
  const auto seconds_since = floor<seconds>(sys_time<milliseconds>(milliseconds(unix_ms)));
  const auto day = floor<days>(seconds_since);
  const year_month_day date(day);
  const hh_mm_ss time(seconds_since - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), time.hours().count(),
                     time.minutes().count(), time.seconds().count());
}

}  // namespace fleetwatch
