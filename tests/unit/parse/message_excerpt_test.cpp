#include "parse/message_excerpt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

using ::testing::EndsWith;

TEST(MessageExcerpt, MakesForeignTextHarmlessAndShort) {
  EXPECT_EQ(message_excerpt("  a\x1b[2J\r\n\n b\xff \n"), "a\\x1b[2J b\\xff");
  const auto cut = message_excerpt(std::string(199, 'x') + "\xC3\xA4 and more");
  EXPECT_EQ(cut, std::string(199, 'x') + "...");
  EXPECT_THAT(message_excerpt(std::string(100'000, 'y')), EndsWith("y..."));
  EXPECT_EQ(message_excerpt(std::string(100'000, 'y')).size(), 203U);
}

}  // namespace
}  // namespace fleetwatch::parse
