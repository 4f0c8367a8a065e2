#include "probe/disk_size.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace fleetwatch::probe {

namespace {

constexpr std::array kUnits = {"", "K", "M", "G", "T", "P", "E"};

std::uint64_t divided_up(std::uint64_t dividend, std::uint64_t divisor) {
  return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
}

std::optional<std::int64_t> pct_rounded_up(std::uint64_t used, std::uint64_t total) {
  constexpr auto kMostUsed = std::numeric_limits<std::uint64_t>::max() / 100;
  if (total == 0 || used > total || used > kMostUsed) return std::nullopt;
  return static_cast<std::int64_t>(divided_up(used * 100, total));
}

std::uint64_t used_of(std::uint64_t total, std::uint64_t free) { return total > free ? total - free : 0; }

}  // namespace

std::string df_size(std::uint64_t bytes) {
  std::size_t power = 0;
  std::uint64_t unit = 1;
  while (power + 1 < kUnits.size() && bytes / unit >= 1024) {
    unit *= 1024;
    ++power;
  }
  if (power == 0) return std::to_string(bytes);
  const auto whole = bytes / unit;
  const auto tenths = whole * 10 + divided_up(bytes % unit * 10, unit);
  if (tenths < 100) return fmt::format("{}.{}{}", tenths / 10, tenths % 10, kUnits.at(power));
  const auto rounded = divided_up(bytes, unit);
  if (rounded == 1024 && power + 1 < kUnits.size()) return fmt::format("1.0{}", kUnits.at(power + 1));
  return fmt::format("{}{}", rounded, kUnits.at(power));
}

std::optional<std::int64_t> df_use_pct(const outside::DiskUse& use) {
  const auto used = used_of(use.total_bytes, use.free_bytes);
  return pct_rounded_up(used, used + use.available_bytes);
}

std::optional<std::int64_t> df_inode_use_pct(const outside::DiskUse& use) {
  return pct_rounded_up(used_of(use.inodes_total, use.inodes_free), use.inodes_total);
}

}  // namespace fleetwatch::probe
