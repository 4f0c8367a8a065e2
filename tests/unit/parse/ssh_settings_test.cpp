#include "parse/ssh_settings.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

TEST(SshSettings, ReadsWhatSshSays) {
  const auto settings = parse_ssh_settings(
      "host n1\nuser ops\nhostname 203.0.113.10\nport 2222\nhostbasedauthentication no\n"
      "stricthostkeychecking ask\nproxyjump me@bastion:2200\nconnecttimeout none\n");
  EXPECT_EQ(settings.hostname, "203.0.113.10");
  EXPECT_EQ(settings.port, "2222");
  EXPECT_EQ(settings.user, "ops");
  EXPECT_TRUE(settings.asks_for_new_keys());
  EXPECT_EQ(settings.way(), "me@bastion:2200");
}

TEST(SshSettings, KeepsEveryOtherCheckOfHostKeys) {
  for (const auto* value : {"true", "yes", "false", "no", "off", "accept-new", "Ask them", ""}) {
    const auto settings = parse_ssh_settings(std::string("stricthostkeychecking ") + value + "\n");
    EXPECT_FALSE(settings.asks_for_new_keys()) << value;
  }
  EXPECT_FALSE(parse_ssh_settings("").asks_for_new_keys());
}

TEST(SshSettings, KnowsTheWayToAHost) {
  EXPECT_EQ(parse_ssh_settings("proxycommand ssh -W %h:%p b\n").way(), "ssh -W %h:%p b");
  EXPECT_EQ(parse_ssh_settings("proxyjump none\nproxycommand none\n").way(), "");
  EXPECT_EQ(parse_ssh_settings("proxyjump a\nproxyjump b\n").way(), "a");
}

TEST(SshSettings, SkipsWhatItDoesNotKnow) {
  EXPECT_EQ(parse_ssh_settings("\n \nport\nPORT 1\nport 22\r\n\x1b[2J x\n").port, "22");
}

}  // namespace
}  // namespace fleetwatch::parse
