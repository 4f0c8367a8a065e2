#include "parse/coredns_log.hpp"

#include <algorithm>

namespace fleetwatch::parse {

std::int64_t count_coredns_errors(const std::vector<std::string>& messages) {
  return std::count_if(messages.begin(), messages.end(), [](const auto& line) { return line.starts_with("[ERROR]"); });
}

}  // namespace fleetwatch::parse
