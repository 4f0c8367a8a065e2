#include "parse/meminfo.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

TEST(Meminfo, ReadsTheRowsOfTheReport) {
  const auto info = meminfo(
      "MemTotal:        8127488 kB\nMemFree:          625664 kB\nMemAvailable:    5735424 kB\n"
      "SwapCached:            0 kB\nSwapTotal:       2097148 kB\nSwapFree:        2084860 kB\n");
  EXPECT_EQ(info.total_kib, 8127488);
  EXPECT_EQ(info.free_kib, 625664);
  EXPECT_EQ(info.available_kib, 5735424);
  EXPECT_EQ(info.swap_total_kib, 2097148);
  EXPECT_EQ(info.swap_free_kib, 2084860);
}

TEST(Meminfo, LeavesOutWhatIsMissingOrNoNumber) {
  const auto info = meminfo("MemTotal: 100 kB\nMemFree: -1 kB\nMemAvailable:\nSwapTotal: 99999999999999999999 kB\n");
  EXPECT_EQ(info.total_kib, 100);
  EXPECT_FALSE(info.free_kib);
  EXPECT_FALSE(info.available_kib);
  EXPECT_FALSE(info.swap_total_kib);
  EXPECT_FALSE(info.swap_free_kib);
}

}  // namespace
}  // namespace fleetwatch::parse
