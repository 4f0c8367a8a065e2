#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace fleetwatch {
namespace {

TEST(Utf8, ReadsSequencesOfEveryLength) {
  EXPECT_EQ(decode_utf8("a", 0).value, 0x61U);
  EXPECT_EQ(decode_utf8("\xC3\xA9", 0).value, 0xE9U);
  EXPECT_EQ(decode_utf8("\xE2\x82\xAC", 0).value, 0x20ACU);
  EXPECT_EQ(decode_utf8("\xF0\x9F\x98\x80", 0).value, 0x1F600U);
  EXPECT_EQ(decode_utf8("x\xC3\xA9", 1).bytes, 2U);
}

TEST(Utf8, RefusesWhatStrictUtf8DoesNotKnow) {
  for (const std::string_view bytes :
       {"\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF", "\xE2\x82"}) {
    EXPECT_FALSE(decode_utf8(bytes, 0).valid) << testing::PrintToString(std::string(bytes));
    EXPECT_EQ(decode_utf8(bytes, 0).bytes, 1U);
  }
}

TEST(Utf8, RepairsByteByByteAndKeepsTheRest) {
  EXPECT_EQ(repair_utf8("n\xFF\xFE: \xC3\xA9"), "n\xEF\xBF\xBD\xEF\xBF\xBD: \xC3\xA9");
  EXPECT_EQ(repair_utf8(""), "");
}

}  // namespace
}  // namespace fleetwatch
