#include "parse/process_stat.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::parse {
namespace {

constexpr std::string_view kRest =
    " S 1 812 812 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 9 0 1234 987654 4321 18446744073709551615 1\n";

TEST(ProcessStat, ReadsALine) {
  const auto stat = process_stat(std::string("812 (rqlited)") + std::string(kRest)).value();
  EXPECT_EQ(stat.pid, 812);
  EXPECT_EQ(stat.command, "rqlited");
  EXPECT_EQ(stat.state, 'S');
  EXPECT_EQ(stat.ppid, 1);
  EXPECT_EQ(stat.resident_pages, 4321U);
}

TEST(ProcessStat, CommandMayLookLikeTheRest) {
  const auto stat = process_stat(std::string("7 (a) Z 99 (b)") + std::string(kRest)).value();
  EXPECT_EQ(stat.command, "a) Z 99 (b");
  EXPECT_EQ(stat.ppid, 1);
}

TEST(ProcessStat, RefusesWhatIsNoProcess) {
  for (const auto* bad : {"", "812", "812 (x", "812 (x)", "812 (x) S 1 2 3", "x (x) S 1", ") 1 ("}) {
    EXPECT_FALSE(process_stat(bad)) << bad;
  }
  EXPECT_FALSE(process_stat(std::string("-8 (x)") + std::string(kRest)));
}

TEST(ControlGroup, IsSystemdsHierarchy) {
  EXPECT_EQ(control_group("0::/system.slice/caddy.service\n"), "/system.slice/caddy.service");
  EXPECT_EQ(control_group("12:pids:/x\n1:name=systemd:/system.slice/a:b.service\n0::/\n"), "/system.slice/a:b.service");
  EXPECT_EQ(control_group("12:pids:/x\nrubbish\n"), "");
}

TEST(ControlGroup, KnowsManagedProcesses) {
  struct Case {
    std::string_view path, root;
    bool managed;
  };
  for (const auto& [path, root, managed] : {
           Case{"/system.slice/orama-node.service", "", true},
           Case{"/system.slice/orama-deploy-x.service/child", "", true},
           Case{"/user.slice/user-0.slice/session-3.scope", "", false},
           Case{"/user.slice/user-1000.slice/user@1000.service/init.scope", "", false},
           Case{"/user.slice/user-1000.slice/user@1000.service/app.slice/my.service", "", true},
           Case{"/system.slice/ssh.service", "", false},
           Case{"/init.scope", "", false},
           Case{"/system.slice/lab@n1.service/payload/session-1.scope", "/system.slice/lab@n1.service/payload", false},
           Case{"/machine/payload/system.slice/caddy.service", "/machine/payload", true},
           Case{"", "", false},
       }) {
    EXPECT_EQ(in_service(path, root), managed) << path;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
