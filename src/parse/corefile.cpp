#include "parse/corefile.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::size_t kMostNameBytes = 253;  // of a domain name in text form (RFC 1035)

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

bool is_domain(std::string_view name) {
  if (name.size() > kMostNameBytes) return false;
  const auto labels = split(name, '.');
  if (labels.size() < 2) return false;
  const auto is_label = [](std::string_view label) {
    return !label.empty() && std::all_of(label.begin(), label.end(), is_name_char);
  };
  const auto last = labels.back();
  const bool address = std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
  return !address && std::all_of(labels.begin(), labels.end(), is_label);
}

std::optional<std::string> to_zone(std::string_view name) {
  if (const auto scheme = name.find("://"); scheme != std::string_view::npos) name.remove_prefix(scheme + 3);
  if (const auto port = name.rfind(':'); port != std::string_view::npos) name = name.substr(0, port);
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.ends_with('.')) name.remove_suffix(1);
  return is_domain(name) ? std::optional<std::string>(name) : std::nullopt;
}

std::vector<std::string_view> words_without_comment(std::string_view line) {
  auto found = words(line);
  const auto comment = std::find_if(found.begin(), found.end(), [](auto word) { return word.starts_with('#'); });
  found.erase(comment, found.end());
  return found;
}

}  // namespace

std::optional<std::string> zone_of_corefile(std::string_view corefile) {
  std::size_t depth = 0;
  std::vector<std::string_view> names;  // of the block to come; a list of names may go over several lines
  for (const auto line : lines(corefile)) {
    const auto line_words = words_without_comment(line);
    if (line_words.empty()) continue;
    if (depth == 0 && (names.empty() || !names.back().ends_with(','))) names.clear();
    for (const auto word : line_words) {
      if (word == "{" && depth++ == 0) {
        for (auto name : names) {
          if (name.ends_with(',')) name.remove_suffix(1);
          if (auto zone = to_zone(name)) return zone;
        }
        names.clear();
      } else if (word == "}") {
        depth -= depth > 0 ? 1 : 0;
      } else if (word != "{" && depth == 0) {
        names.push_back(word);
      }
    }
  }
  return std::nullopt;
}

}  // namespace fleetwatch::parse
