#include "parse/meminfo.hpp"

#include <array>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

struct Row {
  std::string_view name;
  std::optional<std::int64_t> Meminfo::*member;
};

constexpr std::array<Row, 5> kRows = {{
    {"MemTotal:", &Meminfo::total_kib},
    {"MemFree:", &Meminfo::free_kib},
    {"MemAvailable:", &Meminfo::available_kib},
    {"SwapTotal:", &Meminfo::swap_total_kib},
    {"SwapFree:", &Meminfo::swap_free_kib},
}};

// Far above any machine, far below an overflow of what is computed from it.
constexpr std::int64_t kMostKib = std::int64_t{1} << 50;

}  // namespace

Meminfo meminfo(std::string_view text) {
  Meminfo found;
  for (const auto line : lines(text)) {
    const auto parts = words(line);
    if (parts.size() < 2) continue;
    for (const auto& row : kRows) {
      if (parts[0] != row.name) continue;
      const auto value = to_number<std::int64_t>(parts[1]);
      if (value && *value >= 0 && *value <= kMostKib) found.*row.member = value;
    }
  }
  return found;
}

}  // namespace fleetwatch::parse
