#include "io/echo.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/as_nobody.hpp"
#include "support/network_namespace.hpp"
#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

using test::far_deadline;
using test::run_answer;

Result<bool> ask(const char* address, Deadline deadline = far_deadline()) {
  IcmpEcho echo;
  return run_answer(echo.reachable(address, deadline));
}

bool allow_ping_sockets() {
  std::ofstream range("/proc/sys/net/ipv4/ping_group_range");
  range << "0 2147483647";
  return static_cast<bool>(range.flush());
}

bool ignore_echoes() {
  std::ofstream setting("/proc/sys/net/ipv4/icmp_echo_ignore_all");
  setting << "1";
  return static_cast<bool>(setting.flush());
}

TEST(IcmpEcho, ReachesThisMachine) {
  const auto reached = ask("127.0.0.1");
  if (!reached && reached.error().kind == ErrorKind::denied) GTEST_SKIP() << "neither raw nor ping sockets allowed";
  ASSERT_TRUE(reached.ok()) << to_string(reached.error());
  EXPECT_TRUE(*reached);
}

TEST(IcmpEcho, TakesNumericIpv4AddressesOnly) {
  for (const char* address : {"localhost", "::1", "", "1.2.3", "1.2.3.4.5"}) {
    const auto reached = ask(address);
    ASSERT_FALSE(reached.ok()) << address;
    EXPECT_EQ(reached.error().kind, ErrorKind::malformed) << address;
  }
}

TEST(IcmpEcho, WithoutRouteNothingIsReachable) {
  Result<bool> reached = Error{};
  if (!test::in_empty_network([&] { reached = ask("8.8.8.8"); })) GTEST_SKIP() << "network namespaces need root";
  ASSERT_TRUE(reached.ok()) << to_string(reached.error());
  EXPECT_FALSE(*reached);
}

// Our own request comes back in over the loopback: it is no answer.
TEST(IcmpEcho, SilenceIsNotReachable) {
  Result<bool> reached = Error{};
  bool silenced = false;
  const bool made = test::in_empty_network([&] {
    silenced = test::bring_loopback_up() && ignore_echoes();
    if (silenced) reached = ask("127.0.0.1", Steady::now() + milliseconds(50));
  });
  if (!made || !silenced) GTEST_SKIP() << "network namespaces need root and a writable /proc/sys";
  ASSERT_TRUE(reached.ok()) << to_string(reached.error());
  EXPECT_FALSE(*reached);
}

TEST(IcmpEcho, UsesAPingSocketWithoutRights) {
  Result<bool> denied = true;
  Result<bool> reached = Error{};
  bool ready = false;
  const bool made = test::in_empty_network([&] {
    ready = test::bring_loopback_up();
    {
      const test::AsNobody nobody;
      ready = ready && nobody.works();
      denied = ask("127.0.0.1");
    }
    ready = ready && allow_ping_sockets();
    const test::AsNobody nobody;
    reached = ask("127.0.0.1");
  });
  if (!made || !ready) GTEST_SKIP() << "network namespaces need root and a writable /proc/sys";
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(denied.error().kind, ErrorKind::denied);
  ASSERT_TRUE(reached.ok()) << to_string(reached.error());
  EXPECT_TRUE(*reached);
}

}  // namespace
}  // namespace fleetwatch::io
