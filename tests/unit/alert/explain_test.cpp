// What an alert means, from the tables.
#include "alert/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "alert/rule.hpp"

namespace fleetwatch::alert::testing {
namespace {

bool has(const std::vector<std::string>& list, std::string_view one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

TEST(Explain, EveryRuleIsThere) {
  const auto all = explain_all();
  EXPECT_EQ(all.size(), rules().size());
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; }));
  for (const auto& one : all) {
    EXPECT_FALSE(one.causes.empty()) << one.id;
    EXPECT_FALSE(one.checks.empty()) << one.id;
    EXPECT_EQ(one.fires.find('{'), std::string::npos) << one.id << ": " << one.fires;
    for (const auto& reason : one.not_evaluated) EXPECT_EQ(reason.find('{'), std::string::npos) << one.id;
    for (const auto& check : one.checks) EXPECT_EQ(check.command.find('{'), std::string::npos) << check.command;
  }
}

TEST(Explain, NamesTheThreshold) {
  Thresholds limits;
  limits.disk_pct = 71;
  EXPECT_NE(explain("system.disk_high")->at(0).fires.find("85 %"), std::string::npos);
  EXPECT_NE(explain("system.disk_high", limits)->at(0).fires.find("71 %"), std::string::npos);
}

TEST(Explain, TakesAnIdAKeyOrAll) {
  EXPECT_EQ(explain("rqlite.no_leader")->at(0).id, "rqlite.no_leader");
  EXPECT_EQ(explain("service.failed@198.18.7.1/orama-namespace-rqlite@a")->at(0).id, "service.failed");
  EXPECT_EQ(explain("ipfs.swarm_isolated")->at(0).id, "ipfs.isolated") << "the second id of the same fact";
  EXPECT_EQ(explain("all")->size(), rules().size());
}

TEST(Explain, AnUnknownIdNamesTheNearest) {
  for (const auto* wanted : {"rqlite.noleader", "", "@x", "rqlite.no_leaders@cluster"}) {
    const auto none = explain(wanted);
    ASSERT_FALSE(none) << wanted;
    EXPECT_EQ(none.error().kind, ErrorKind::usage);
    EXPECT_NE(none.error().help.find("nearest ids: "), std::string::npos);
  }
  EXPECT_NE(explain("rqlite.noleader").error().help.find("rqlite.no_leader"), std::string::npos);
  EXPECT_EQ(explain("x\x1b[2J").error().what.find('\x1b'), std::string::npos);
  EXPECT_LT(explain(std::string(1'000'000, 'x')).error().what.size(), 2000U);
}

TEST(Explain, FollowsTheTableOfConsequences) {
  const auto down = explain("wireguard.interface_down")->at(0);
  EXPECT_TRUE(has(down.explained_by, "service.not_active"));
  EXPECT_TRUE(has(down.explains, "wireguard.handshake_stale"));
  EXPECT_TRUE(explain("ssh.collect_failed")->at(0).explained_by.empty());
}

}  // namespace
}  // namespace fleetwatch::alert::testing
