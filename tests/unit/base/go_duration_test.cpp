#include "base/go_duration.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace fleetwatch {
namespace {

TEST(GoDuration, IsWrittenAsGoDoes) {
  struct Case {
    std::int64_t nanoseconds;
    const char* text;
  };
  for (const auto& [nanoseconds, text] : {
           Case{0, "0s"},
           Case{1, "1ns"},
           Case{1'500, "1.5µs"},
           Case{250'000'000, "250ms"},
           Case{1'500'000'000, "1.5s"},
           Case{10'000'000'000, "10s"},
           Case{60'000'000'000, "1m0s"},
           Case{90'050'000'000, "1m30.05s"},
           Case{7'200'000'000'000, "2h0m0s"},
           Case{-2'000'000'000, "-2s"},
           Case{std::numeric_limits<std::int64_t>::max(), "2562047h47m16.854775807s"},
           Case{std::numeric_limits<std::int64_t>::min(), "-2562047h47m16.854775808s"},
       }) {
    EXPECT_EQ(go_duration(nanoseconds), text);
  }
}

}  // namespace
}  // namespace fleetwatch
