#include "base/text.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace fleetwatch {
namespace {

using Views = std::vector<std::string_view>;

TEST(Trim, TakesBlanksFromBothEndsOnly) {
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
  EXPECT_EQ(trim("ab"), "ab");
  EXPECT_EQ(trim(" \r\n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a|b", '|'), (Views{"a", "b"}));
  EXPECT_EQ(split("|a||", '|'), (Views{"", "a", "", ""}));
  EXPECT_EQ(split("", '|'), (Views{""}));
}

TEST(Words, KnowsNoEmptyOnes) {
  EXPECT_EQ(words("  a\t b  c "), (Views{"a", "b", "c"}));
  EXPECT_EQ(words(" \t"), Views{});
  EXPECT_EQ(words(""), Views{});
}

TEST(Lines, TakesBothLineEndsAndNoLastEmptyLine) {
  EXPECT_EQ(lines("a\r\nb\n\nc"), (Views{"a", "b", "", "c"}));
  EXPECT_EQ(lines("a\n"), (Views{"a"}));
  EXPECT_EQ(lines("\n"), (Views{""}));
  EXPECT_EQ(lines(""), Views{});
}

TEST(Lower, ChangesAsciiOnly) { EXPECT_EQ(lower("AZ az 09 Ä"), "az az 09 Ä"); }

TEST(ContainsIgnoringCase, FindsWholePart) {
  EXPECT_TRUE(contains_ignoring_case("ssh: Connection REFUSED", "connection refused"));
  EXPECT_TRUE(contains_ignoring_case("anything", ""));
  EXPECT_FALSE(contains_ignoring_case("connection ref", "connection refused"));
  EXPECT_FALSE(contains_ignoring_case("", "a"));
}

TEST(Join, SeparatesParts) {
  EXPECT_EQ(join({"a", "b", "c"}, ", "), "a, b, c");
  EXPECT_EQ(join({"a"}, ", "), "a");
  EXPECT_EQ(join({}, ", "), "");
}

TEST(Join, KeepsEmptyParts) {
  EXPECT_EQ(join({"", "b"}, ","), ",b");
  EXPECT_EQ(join({"a", "", "b"}, ","), "a,,b");
}

TEST(ToNumber, TakesTheWholeTextOrNothing) {
  EXPECT_EQ(to_number<int>("-12"), -12);
  EXPECT_EQ(to_number<std::uint64_t>("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(to_number<double>("0.25"), 0.25);
  for (const std::string_view bad : {"", " 1", "1 ", "+1", "1x", "0x1", "99999999999"}) {
    EXPECT_EQ(to_number<int>(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(to_number<unsigned>("-1"), std::nullopt);
}

}  // namespace
}  // namespace fleetwatch
