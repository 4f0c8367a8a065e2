#include "parse/env_file.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

TEST(EnvFile, FindsAValue) {
  struct Case {
    const char* file;
    const char* value;
  };
  const Case cases[] = {
      {"HTTP_ADDR=0.0.0.0:10000\nRAFT_ADDR=10.0.0.1:10001\n", "0.0.0.0:10000"},
      {"# HTTP_ADDR=old\nexport HTTP_ADDR = \":10000\"\r\n", ":10000"},
      {"HTTP_ADDR=a\nHTTP_ADDR='b'\n", "b"},
      {"HTTP_ADDR=", ""},
      {"HTTP_ADDR=\"", "\""},
  };
  for (const auto& one : cases) EXPECT_EQ(env_value(one.file, "HTTP_ADDR"), one.value) << one.file;
}

TEST(EnvFile, OtherKeysAreOther) {
  for (const auto* file : {"", "HTTP_ADDR\n", "HTTP_ADDRESS=1\n", "MY_HTTP_ADDR=1\n", ";HTTP_ADDR=1\n"}) {
    EXPECT_EQ(env_value(file, "HTTP_ADDR"), std::nullopt) << file;
  }
}

TEST(PortOfAddress, IsItsEnd) {
  EXPECT_EQ(port_of_address("0.0.0.0:10000"), 10000);
  EXPECT_EQ(port_of_address("[::]:10005"), 10005);
  EXPECT_EQ(port_of_address(":1"), 1);
  EXPECT_EQ(port_of_address("10010"), 10010);
  for (const auto* address : {"", "0.0.0.0", "a:", "a:0", "a:65536", "a:-1", "a:10x"}) {
    EXPECT_EQ(port_of_address(address), std::nullopt) << address;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
