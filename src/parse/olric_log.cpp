#include "parse/olric_log.hpp"

#include <string_view>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

// The level is the first bracket; a bracket later in the line is part of the message.
std::string_view level_of(std::string_view line) {
  const auto open = line.find('[');
  if (open == std::string_view::npos) return {};
  const auto close = line.find(']', open);
  return close == std::string_view::npos ? std::string_view() : line.substr(open + 1, close - open - 1);
}

bool is_suspicion(std::string_view line) {
  if (contains_ignoring_case(line, "suspect")) return true;
  const std::string small = lower(line);
  const auto marking = small.find("marking");
  if (marking == std::string::npos) return false;
  return small.find("failed", marking) != std::string::npos || small.find("dead", marking) != std::string::npos;
}

}  // namespace

OlricLogCounts count_olric_log(const std::vector<std::string>& messages) {
  OlricLogCounts counts;
  for (const auto& line : messages) {
    const auto level = level_of(line);
    if (level == "ERR" || level == "ERROR") ++counts.errors;
    if (is_suspicion(line)) ++counts.suspects;
    if (line.find("Node left:") != std::string::npos) ++counts.flapping;
  }
  return counts;
}

}  // namespace fleetwatch::parse
