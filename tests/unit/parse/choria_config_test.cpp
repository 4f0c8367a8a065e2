#include "parse/choria_config.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace fleetwatch::parse {
namespace {

TEST(ChoriaConfig, HoldsTheLastValueOfEachKey) {
  const auto config = choria_config(
      "# a comment\n"
      "\n"
      "identity = op.example.net\r\n"
      "plugin.choria.middleware_hosts=broker1:4222,broker2:4222\n"
      "  plugin.security.provider =  file  \n"
      "a line that is nothing\n"
      "= no key\n"
      "option = a=b\n"
      "identity = op2.example.net");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->value("identity"), "op2.example.net");
  EXPECT_EQ(config->value("plugin.choria.middleware_hosts"), "broker1:4222,broker2:4222");
  EXPECT_EQ(config->value("plugin.security.provider"), "file");
  EXPECT_EQ(config->value("option"), "a=b");
  EXPECT_EQ(config->value("nothing", "otherwise"), "otherwise");
  EXPECT_EQ(config->values.size(), 4U);
}

TEST(ChoriaConfig, FlagsAreWords) {
  const auto config = choria_config("a = Yes\nb = f\nc = maybe\nd = 1\n");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->flag("a", false));
  EXPECT_FALSE(config->flag("b", true));
  EXPECT_TRUE(config->flag("c", true));
  EXPECT_FALSE(config->flag("c", false));
  EXPECT_TRUE(config->flag("d", false));
  EXPECT_TRUE(config->flag("missing", true));
}

TEST(ChoriaConfig, IsBounded) {
  const auto config = choria_config(std::string(limits::kConfigFileBytes + 1, '#'));
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace fleetwatch::parse
