#include "base/rfc3339.hpp"

#include <gtest/gtest.h>

namespace fleetwatch {
namespace {

TEST(Rfc3339, WritesWholeSecondsOfUtc) {
  EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(rfc3339(1772352930999), "2026-03-01T08:15:30Z");
}

TEST(Rfc3339, WritesMilliseconds) {
  EXPECT_EQ(rfc3339_with_ms(1772352930007), "2026-03-01T08:15:30.007Z");
  EXPECT_EQ(rfc3339_with_ms(-1), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, ReadsZonesAndFractions) {
  EXPECT_EQ(parse_rfc3339_ms("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_rfc3339_ms("2026-03-01T08:15:30Z"), 1772352930000);
  EXPECT_EQ(parse_rfc3339_ms("2026-03-01T10:15:30.123456789+02:00"), 1772352930123);
  EXPECT_EQ(parse_rfc3339_ms("2026-03-01T06:45:30.5-01:30"), 1772352930500);
  EXPECT_EQ(parse_rfc3339_ms("1969-12-31T23:59:59Z"), -1000);
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const auto* text : {"", "yesterday", "2026-03-01", "2026-02-30T00:00:00Z", "2026-03-01T24:00:00Z",
                           "2026-03-01T08:15:30", "2026-03-01T08:15:30.Z", "2026-03-01T08:15:30Zx",
                           "2026-03-01T08:15:61Z", "+026-03-01T08:15:30Z", "2026-03-01T08:15:30+2:00"}) {
    EXPECT_EQ(parse_rfc3339_ms(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fleetwatch
