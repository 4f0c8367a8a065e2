// /proc/meminfo.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fleetwatch::parse {

// Kibibytes; a row that is missing or unreadable is absent.
struct Meminfo {
  std::optional<std::int64_t> total_kib;
  std::optional<std::int64_t> free_kib;
  std::optional<std::int64_t> available_kib;  // kernels before 3.14 do not tell
  std::optional<std::int64_t> swap_total_kib;
  std::optional<std::int64_t> swap_free_kib;
};

Meminfo meminfo(std::string_view text);

}  // namespace fleetwatch::parse
