#include "view/rqlite.hpp"

#include <gtest/gtest.h>

#include "unit/view/sample.hpp"

namespace fleetwatch::view {
namespace {

using test::healthy_snapshot;
using test::make_unreachable;

// What the reference collector knows: no member list.
model::Snapshot without_member_lists(std::size_t count) {
  auto snapshot = healthy_snapshot(count);
  for (auto& node : snapshot.nodes) node.report->rqlite->nodes.reset();
  return snapshot;
}

TEST(RqliteLeader, IsTheMeshAddressOfTheLeader) { EXPECT_EQ(rqlite_leader(healthy_snapshot(3)), "10.0.0.1"); }

TEST(RqliteLeader, TheHighestTermWins) {
  auto snapshot = healthy_snapshot(3);
  snapshot.nodes[2].report->rqlite->raft_state = "Leader";
  snapshot.nodes[2].report->rqlite->term = 43;
  EXPECT_EQ(rqlite_leader(snapshot), "10.0.0.3");
}

TEST(RqliteLeader, OfAnUnreachedNodeIsWhatMostOthersName) {
  auto snapshot = healthy_snapshot(4);
  make_unreachable(snapshot.nodes[0]);
  snapshot.nodes[1].report->rqlite->leader_addr = "10.0.0.9:7001";
  EXPECT_EQ(rqlite_leader(snapshot), "10.0.0.1");
}

TEST(RqliteLeader, TakesItsOwnWordWhenItHasNoMeshAddress) {
  auto snapshot = healthy_snapshot(1);
  snapshot.nodes[0].report->wireguard_ip.reset();
  snapshot.nodes[0].report->wireguard = {};
  snapshot.nodes[0].report->rqlite->leader_addr = "10.0.0.7:7001";
  EXPECT_EQ(rqlite_leader(snapshot), "10.0.0.7");
}

TEST(RqliteLeader, IsNoneWhenNobodyNamesOne) {
  auto snapshot = healthy_snapshot(2);
  for (auto& node : snapshot.nodes) {
    node.report->rqlite->raft_state = "Candidate";
    node.report->rqlite->leader_addr = "";
  }
  EXPECT_EQ(rqlite_leader(snapshot), "none");
  EXPECT_EQ(rqlite_leader({}), "none");
}

TEST(RqliteVoters, AllUp) { EXPECT_EQ(rqlite_voters(healthy_snapshot(3)), "3/3"); }

TEST(RqliteVoters, TheLeaderVouchesForANodeThatWeCannotReach) {
  auto snapshot = healthy_snapshot(3);
  make_unreachable(snapshot.nodes[2]);
  EXPECT_EQ(rqlite_voters(snapshot), "3/3");
  snapshot.nodes[0].report->rqlite->nodes->at("10.0.0.3:7001").reachable = false;
  EXPECT_EQ(rqlite_voters(snapshot), "2/3");
}

TEST(RqliteVoters, AFollowersListOnlyCounts) {
  auto snapshot = healthy_snapshot(3);
  make_unreachable(snapshot.nodes[0]);
  EXPECT_EQ(rqlite_voters(snapshot), "2/3") << "a follower does not know whether the leader is up";
}

TEST(RqliteVoters, NonVotersAreNoVoters) {
  auto snapshot = healthy_snapshot(3);
  snapshot.nodes[0].report->rqlite->nodes->at("10.0.0.3:7001").voter = false;
  EXPECT_EQ(rqlite_voters(snapshot), "2/2");
  auto without_list = without_member_lists(3);
  without_list.nodes[2].report->rqlite->voter = false;
  EXPECT_EQ(rqlite_voters(without_list), "2/2");
}

TEST(RqliteVoters, WithoutMemberListsNodesWithoutDataMayBeVoters) {
  auto snapshot = without_member_lists(4);
  EXPECT_EQ(rqlite_voters(snapshot), "4/4");
  make_unreachable(snapshot.nodes[3]);
  snapshot.nodes[2].report->rqlite->responsive = false;
  EXPECT_EQ(rqlite_voters(snapshot), "2/4");
  snapshot.nodes[2].report->rqlite = {};  // not installed there
  EXPECT_EQ(rqlite_voters(snapshot), "2/3");
  EXPECT_EQ(rqlite_voters({}), "0/0");
}

TEST(RqliteTerm, IsTheHighestOfThoseThatRespond) {
  auto snapshot = healthy_snapshot(3);
  snapshot.nodes[1].report->rqlite->term = 44;
  snapshot.nodes[2].report->rqlite->term = 99;
  snapshot.nodes[2].report->rqlite->responsive = false;
  EXPECT_EQ(rqlite_term(snapshot), 44U);
  EXPECT_EQ(rqlite_term({}), 0U);
}

}  // namespace
}  // namespace fleetwatch::view
