#include "parse/ufw.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "base/text.hpp"

namespace fleetwatch::parse {
namespace {

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(FLEETWATCH_FIXTURES) + "/ufw/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// The fixture is what ufw 0.36.2 wrote and printed for some forty commands.
TEST(Ufw, PrintsWhatUfwPrints) {
  auto rules = ufw_rules(fixture("user.rules"), false);
  for (auto& rule : ufw_rules(fixture("user6.rules"), true)) rules.push_back(std::move(rule));
  std::vector<std::string> expected;
  const auto printed = fixture("status-numbered.txt");
  for (const auto line : lines(printed)) {
    if (line.starts_with('[')) expected.emplace_back(trim(line));
  }
  ASSERT_GT(expected.size(), 50U);
  EXPECT_EQ(ufw_status_lines(rules), expected);
}

TEST(Ufw, ReadsWhetherItIsEnabled) {
  EXPECT_TRUE(ufw_enabled(fixture("ufw.conf")));
  EXPECT_TRUE(ufw_enabled("ENABLED=\"yes\"\n"));
  for (const auto* off : {"", "ENABLED=no\n", "# ENABLED=yes\n", "ENABLED=yes\nENABLED=no\n", "XENABLED=yes\n"}) {
    EXPECT_FALSE(ufw_enabled(off)) << off;
  }
  EXPECT_TRUE(ufw_uses_ipv6("# x\nIPV6=yes\n"));
  EXPECT_FALSE(ufw_uses_ipv6("IPV6=no\n"));
}

TEST(Ufw, ReadsFilesOfOldVersions) {
  const auto lines = ufw_status_lines(ufw_rules("### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0\n", false));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0], "[ 1] 22/tcp                     ALLOW IN    Anywhere");
}

TEST(Ufw, LeavesOutWhatIsNoRule) {
  for (const auto* bad :
       {"", "### tuple ###\n", "### tuple ### allow tcp 22 any any\n",
        "### tuple ### allow tcp 22 any any any in a b c\n", "### tuple ### allow tcp 22 any any any sideways\n",
        "### tuple ### allow_shout tcp 22 any any any in\n", "-A ufw-user-input -j ACCEPT\n"}) {
    EXPECT_TRUE(ufw_rules(bad, false).empty()) << bad;
  }
}

TEST(Ufw, MakesHostileTextHarmless) {
  const auto lines =
      ufw_status_lines(ufw_rules("### tuple ### allow tcp 22 any any any in\x1b_x comment=1b5b324aff0a7\n"
                                 "### tuple ### allow any any 10.0.0.1\x07 any any in comment=zz\n",
                                 false));
  ASSERT_EQ(lines.size(), 1U) << "a direction that is none";
  EXPECT_EQ(lines[0], "[ 1] 10.0.0.1\\x07                  ALLOW IN    Anywhere");
  const auto comment =
      ufw_status_lines(ufw_rules("### tuple ### deny any any any any any in comment=1b5bff0a417\n", false));
  ASSERT_EQ(comment.size(), 1U);
  EXPECT_TRUE(comment[0].ends_with("# \\x1b[\\xff\\x0aA")) << comment[0];
}

}  // namespace
}  // namespace fleetwatch::parse
