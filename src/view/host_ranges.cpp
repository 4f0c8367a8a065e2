#include "view/host_ranges.hpp"

#include <fmt/format.h>

#include "view/fold.hpp"

namespace fleetwatch::view {

std::string host_ranges(const std::vector<std::string>& hosts, std::size_t max_bytes) {
  std::string text;
  std::size_t named = 0;
  for (const auto& set : host_sets(hosts)) {
    if (!text.empty() && text.size() + set.text.size() + 2 > max_bytes) {
      return text + fmt::format(" and {} more", hosts.size() - named);
    }
    text += (text.empty() ? "" : ", ") + set.text;
    named += set.members.size();
  }
  return text;
}

}  // namespace fleetwatch::view
