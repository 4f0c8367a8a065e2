#include "base/rfc3339.hpp"

#include <fmt/format.h>

#include <chrono>

#include "base/text.hpp"

namespace fleetwatch {

namespace {

// Takes a number of exactly `digits` digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  const auto value = to_number<unsigned>(text.substr(0, digits));
  if (text.size() < digits || !value) return std::nullopt;
  text.remove_prefix(digits);
  return static_cast<int>(*value);
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

// "hh:mm" as minutes.
std::optional<int> take_minutes(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return *hours * 60 + *minutes;
}

// "Z" or "+hh:mm", which is the rest of the text.
std::optional<int> zone_minutes(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  const bool east = take(text, '+');
  if (!east && !take(text, '-')) return std::nullopt;
  const auto minutes = take_minutes(text);
  if (!minutes || !text.empty()) return std::nullopt;
  return east ? *minutes : -*minutes;
}

// ".123456" as milliseconds; no fraction is 0.
std::optional<int> take_fraction_ms(std::string_view& text) {
  if (!take(text, '.')) return 0;
  int milliseconds = 0;
  int digit_worth = 100;
  bool any = false;
  while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
    milliseconds += (text.front() - '0') * digit_worth;
    digit_worth /= 10;
    any = true;
    text.remove_prefix(1);
  }
  if (!any) return std::nullopt;
  return milliseconds;
}

}  // namespace

std::optional<std::int64_t> parse_rfc3339_ms(std::string_view text) {
  const auto date = take_date(text);
  if (!date || (!take(text, 'T') && !take(text, 't'))) return std::nullopt;
  const auto minutes = take_minutes(text);
  if (!minutes || !take(text, ':')) return std::nullopt;
  const auto seconds = take_number(text, 2);
  if (!seconds || *seconds > 60) return std::nullopt;  // 60 is a leap second
  const auto fraction_ms = take_fraction_ms(text);
  const auto zone = zone_minutes(text);
  if (!fraction_ms || !zone) return std::nullopt;
  const std::int64_t day_seconds = std::int64_t{60} * (*minutes - *zone) + *seconds;
  return std::chrono::milliseconds(date->time_since_epoch()).count() + day_seconds * 1000 + *fraction_ms;
}

std::string rfc3339_with_ms(std::int64_t unix_ms) {
  constexpr std::int64_t kSecond = 1000;
  auto text = rfc3339(unix_ms);
  text.pop_back();
  return fmt::format("{}.{:03}Z", text, ((unix_ms % kSecond) + kSecond) % kSecond);
}

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
