// Small text helpers that every floor needs: splitting, trimming, case, numbers.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch {

std::string_view trim(std::string_view text);  // blanks, tabs, CR and LF at both ends
std::vector<std::string_view> split(std::string_view text, char separator);
std::vector<std::string_view> words(std::string_view text);  // separated by blanks and tabs, no empty ones
std::vector<std::string_view> lines(std::string_view text);  // without line ends; no last empty line
std::string lower(std::string_view text);                    // ASCII only
bool contains_ignoring_case(std::string_view text, std::string_view lower_case_part);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

// How many letters to add, take away or change between two words; for naming the nearest known ones.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The whole text as a number, or nothing: no blanks, no sign for unsigned types, no rest.
template <class Number>
std::optional<Number> to_number(std::string_view text) {
  Number value{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

}  // namespace fleetwatch
