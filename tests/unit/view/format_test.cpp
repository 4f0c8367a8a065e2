#include "view/format.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::view {
namespace {

TEST(Format, Seconds) {
  EXPECT_EQ(seconds_text(0), "0.0 s");
  EXPECT_EQ(seconds_text(431), "0.4 s");
  EXPECT_EQ(seconds_text(2'700), "2.7 s");
  EXPECT_EQ(seconds_text(60'000), "60.0 s");
}

TEST(Format, Durations) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "0 ms"},
      {999, "999 ms"},
      {1'000, "1.0 s"},
      {59'949, "59.9 s"},
      {59'950, "1 min 0 s"},
      {192'000, "3 min 12 s"},
      {3'599'499, "59 min 59 s"},
      {3'599'500, "1 h 0 min"},
      {18'240'000, "5 h 4 min"},
      {86'400'000, "1 d 0 h"},
      {1'047'600'000, "12 d 3 h"},
  };
  for (const auto& [ms, text] : cases) EXPECT_EQ(duration_text(ms), text) << ms;
}

TEST(Format, Ages) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "0s ago"}, {59, "59s ago"}, {60, "1m ago"}, {3'599, "59m ago"}, {3'600, "1h ago"}, {93'600, "26h ago"},
  };
  for (const auto& [seconds, text] : cases) EXPECT_EQ(age_text(seconds), text) << seconds;
}

TEST(Format, Bytes) {
  const std::pair<std::int64_t, const char*> cases[] = {
      {0, "0 B"},
      {1'023, "1023 B"},
      {1'024, "1.0 KB"},
      {1'536, "1.5 KB"},
      {1'048'575, "1.0 MB"},
      {3'355'443, "3.2 MB"},
      {1'073'741'824, "1.0 GB"},
      {std::int64_t{5} << 40, "5120.0 GB"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_EQ(bytes_text(bytes), text) << bytes;
}

TEST(Format, Counts) {
  EXPECT_EQ(count_text(0, "alert"), "0 alerts");
  EXPECT_EQ(count_text(1, "alert"), "1 alert");
  EXPECT_EQ(count_text(2, "alert"), "2 alerts");
}

}  // namespace
}  // namespace fleetwatch::view
