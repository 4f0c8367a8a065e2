#include "io/firewall.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "support/as_nobody.hpp"
#include "support/temporary_folder.hpp"

namespace fleetwatch::io {
namespace {

using outside::InputHook;

constexpr int kSkipped = 77;
constexpr int kBadRules = 78;

// Runs `check` in a process with a packet filter of its own, made of these rules; gives its exit status.
int with_rules(const std::string& rules, const std::function<bool()>& check) {
  const test::TemporaryFolder folder;
  folder.write("rules", rules);
  const std::string load = "nft -f " + folder.path() + "/rules";
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNET) != 0 || std::system("nft list tables >/dev/null 2>&1") != 0) ::_exit(kSkipped);
    if (std::system(load.c_str()) != 0) ::_exit(kBadRules);
    ::_exit(check() ? 0 : 1);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

std::vector<InputHook> hooks() { return NftFirewall().input_hooks().value_or({}); }

constexpr const char* kNoNamespace = "needs root, nf_tables and the program nft";

TEST(Firewall, FindsNoHookWithoutRules) {
  const int status = with_rules("add table inet other\n", [] {
    const auto found = NftFirewall().input_hooks();
    return found.ok() && found->empty();
  });
  if (status == kSkipped) GTEST_SKIP() << kNoNamespace;
  EXPECT_EQ(status, 0);
}

TEST(Firewall, FindsPolicyAndJumpsOfInputAlone) {
  const int status = with_rules(
      R"(
table ip filter {
  chain first { }
  chain second { }
  chain INPUT {
    type filter hook input priority 0; policy drop;
    tcp dport 22 accept
    ip saddr 10.0.0.1 jump first
    jump first
    goto second
  }
  chain FORWARD { type filter hook forward priority 0; policy drop; }
}
table inet open {
  chain in { type filter hook input priority 5; policy accept; }
}
table arp odd {
  chain in { type filter hook output priority 5; policy drop; }
}
)",
      [] {
        const auto found = hooks();
        const std::vector<std::string> jumps = {"first", "second"};
        return found.size() == 2 && found[0].family == "ip" && found[0].table == "filter" &&
               found[0].chain == "INPUT" && found[0].policy_drop && found[0].jump_targets == jumps &&
               found[1].family == "inet" && found[1].chain == "in" && !found[1].policy_drop &&
               found[1].jump_targets.empty();
      });
  if (status == kSkipped) GTEST_SKIP() << kNoNamespace;
  EXPECT_EQ(status, 0);
}

TEST(Firewall, ReadsManyRules) {
  std::string rules = "table ip6 filter {\n";
  for (int i = 0; i < 3000; ++i) rules += "chain c" + std::to_string(i) + " { }\n";
  rules += "chain INPUT { type filter hook input priority 0;\n";
  for (int i = 0; i < 3000; ++i) rules += "jump c" + std::to_string(i) + "\n";
  const int status = with_rules(rules + "}\n}\n", [] {
    const auto found = hooks();
    return found.size() == 1 && found[0].family == "ip6" && found[0].jump_targets.size() == 3000 &&
           found[0].jump_targets.back() == "c2999";
  });
  if (status == kSkipped) GTEST_SKIP() << kNoNamespace;
  EXPECT_EQ(status, 0);
}

TEST(Firewall, IsDeniedWithoutRights) {
  const test::AsNobody nobody;
  ASSERT_TRUE(nobody.works());
  const auto found = NftFirewall().input_hooks();
  ASSERT_FALSE(found.ok());
  if (found.error().kind == ErrorKind::unavailable) GTEST_SKIP() << "no nf_tables: " << to_string(found.error());
  EXPECT_EQ(found.error().kind, ErrorKind::denied);
}

}  // namespace
}  // namespace fleetwatch::io
