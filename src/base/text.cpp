#include "base/text.hpp"

#include <algorithm>

namespace fleetwatch {

namespace {

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  for (auto at = text.find(separator); at != std::string_view::npos; at = text.find(separator, from)) {
    parts.push_back(text.substr(from, at - from));
    from = at + 1;
  }
  parts.push_back(text.substr(from));
  return parts;
}

std::vector<std::string_view> words(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  std::vector<std::string_view> found;
  for (auto from = text.find_first_not_of(kBlanks); from != std::string_view::npos;) {
    const auto to = std::min(text.find_first_of(kBlanks, from), text.size());
    found.push_back(text.substr(from, to - from));
    from = text.find_first_not_of(kBlanks, to);
  }
  return found;
}

std::vector<std::string_view> lines(std::string_view text) {
  auto found = split(text, '\n');
  if (found.back().empty()) found.pop_back();
  for (auto& line : found) {
    if (line.ends_with('\r')) line.remove_suffix(1);
  }
  return found;
}

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower_char);
  return result;
}

bool contains_ignoring_case(std::string_view text, std::string_view lower_case_part) {
  const auto same = [](char in_text, char in_part) { return lower_char(in_text) == in_part; };
  return std::search(text.begin(), text.end(), lower_case_part.begin(), lower_case_part.end(), same) != text.end();
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result += separator;
    result += parts[i];
  }
  return result;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace fleetwatch
