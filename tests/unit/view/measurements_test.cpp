#include "view/measurements.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace fleetwatch::view {
namespace {

TEST(Measurements, AreTakenOut) {
  const std::pair<const char*, const char*> cases[] = {
      {"disk at 91 %", "disk at # %"},
      {"repo at 101 %, over its limit", "repo at # %, over its limit"},
      {"base certificate expires in 12 days", "base certificate expires in # days"},
      {"peer 10.0.0.3: last handshake 4019 s ago", "peer 10.0.0.3: last handshake # s ago"},
      {"load 9.5 (4.7 × CPUs)", "load # (# × CPUs)"},
      {"retransmission 3.1 %", "retransmission # %"},
      {"heap 812 MB", "heap # MB"},
      {"57 s between 198.18.7.1 and 198.18.7.2", "# s between 198.18.7.1 and 198.18.7.2"},
      {"40 entries behind (own 8, highest 48)", "# entries behind (own #, highest #)"},
      {"gap 5 (commit 12, applied 7)", "gap # (commit #, applied #)"},
      {"3 cluster peer errors", "# cluster peer errors"},
      {"3 leader-not-found errors since its start", "# leader-not-found errors since its start"},
      {"9 errors in 1 h", "# errors in # h"},
      {"caddy restart loop: 7 restarts, active for 12 s", "caddy restart loop: # restarts, active for # s"},
      {"gave up after 1.01s", "gave up after #"},
      {"gave up (1m2.5s).", "gave up (#)."},
      {"-3 days left", "# days left"},
  };
  for (const auto& [message, expected] : cases) EXPECT_EQ(without_measurements(message), expected);
}

TEST(Measurements, AreNeitherNamesNorCountsOfMembers) {
  const char* const cases[] = {
      "",
      "peer 10.0.0.3 never shook hands",
      "10.0.0.3:7001 unreachable from here (partition)",
      "2 of 5 voters reachable, 3 needed",
      "2 peers, 4 expected; missing 198.18.7.14 (10.0.0.14)",
      "terms differ: min 41 on n1, max 42 on n2, delta 1",
      "versions differ: 0.119 = n1; 0.120 = n2",
      "health gave HTTP 503",
      "port 22 open: 0.0.0.0/0",
      "split brain: 2 leaders (n3, n4)",
      "namespace 7s-team: gateway down",
      "2001:db8::5 s",
      "5 peers, 3 of them with other errors than n1",
  };
  for (const auto* message : cases) EXPECT_EQ(without_measurements(message), message);
}

}  // namespace
}  // namespace fleetwatch::view
