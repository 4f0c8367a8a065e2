#include "view/measurements.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace fleetwatch::view {

namespace {

constexpr std::array<std::string_view, 21> kUnits = {"%",   "s",  "ms", "us",      "µs",      "ns",    "m",
                                                     "min", "h",  "d",  "day",     "days",    "B",     "KB",
                                                     "MB",  "GB", "TB", "seconds", "minutes", "hours", "×"};
constexpr std::array<std::string_view, 12> kCounters = {"errors",   "entries",  "batches", "goroutines",
                                                        "restarts", "times",    "kills",   "lines",
                                                        "events",   "suspects", "error",   "restart"};
constexpr std::array<std::string_view, 8> kGauges = {"gap",     "commit", "applied", "own",
                                                     "highest", "load",   "attempt", "heap"};
constexpr std::size_t kWordsBetween = 2;  // "3 cluster peer errors"

template <class Words>
bool is_one_of(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A word without the marks around it.
std::string_view core(std::string_view word) {
  constexpr std::string_view kOpening = "([{\"'<=~";
  constexpr std::string_view kClosing = ")]}\"'>,;:.!?";
  word.remove_prefix(std::min(word.find_first_not_of(kOpening), word.size()));
  return word.substr(0, word.find_last_not_of(kClosing) + 1);
}

bool ends_a_part(std::string_view word) { return core(word).size() < word.size() && !is_digit(word.back()); }

// Bytes of the number at the begin: digits, with a sign and a fraction; 0 when there is none.
std::size_t number_size(std::string_view text) {
  std::size_t end = text.starts_with('-') ? 1 : 0;
  const std::size_t first = end;
  while (end < text.size() && is_digit(text[end])) ++end;
  if (end == first) return 0;
  if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
    ++end;
    while (end < text.size() && is_digit(text[end])) ++end;
  }
  return end;
}

bool is_number(std::string_view text) { return !text.empty() && number_size(text) == text.size(); }

// "12ms", "1m2.5s"
bool is_quantity(std::string_view text) {
  if (text.empty()) return false;
  while (!text.empty()) {
    const auto digits = number_size(text);
    if (digits == 0) return false;
    text.remove_prefix(digits);
    const auto unit = text.substr(0, text.find_first_of("0123456789-"));
    if (!is_one_of(kUnits, unit)) return false;
    text.remove_prefix(unit.size());
  }
  return true;
}

bool counts_events(const std::vector<std::string_view>& all, std::size_t at) {
  for (std::size_t i = at; i < all.size() && i <= at + kWordsBetween + 1; ++i) {
    if (i > at && is_number(core(all[i]))) return false;
    if (i > at && is_one_of(kCounters, core(all[i]))) return true;
    if (ends_a_part(all[i])) return false;
  }
  return false;
}

bool is_measurement(const std::vector<std::string_view>& all, std::size_t at) {
  const auto word = core(all[at]);
  if (is_quantity(word)) return true;
  if (!is_number(word)) return false;
  if (at + 1 < all.size() && !ends_a_part(all[at]) && is_one_of(kUnits, core(all[at + 1]))) return true;
  return (at > 0 && is_one_of(kGauges, core(all[at - 1]))) || counts_events(all, at);
}

}  // namespace

std::string without_measurements(std::string_view message) {
  const auto all = words(message);
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0) text += ' ';
    if (!is_measurement(all, i)) {
      text += all[i];
      continue;
    }
    const auto measured = core(all[i]);
    const auto before = static_cast<std::size_t>(measured.data() - all[i].data());
    text.append(all[i].substr(0, before)).append("#").append(all[i].substr(before + measured.size()));
  }
  return text;
}

}  // namespace fleetwatch::view
