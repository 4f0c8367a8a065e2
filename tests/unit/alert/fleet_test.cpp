// Rules that compare nodes: leader, quorum, terms, lag, peers, clocks, versions.
#include <gtest/gtest.h>

#include "builders.hpp"

namespace fleetwatch::alert::testing {
namespace {

using model::Severity;
using model::Snapshot;

void leaderless(Snapshot& s, std::size_t i) {
  auto& rqlite = *report(s, i).rqlite;
  rqlite.raft_state = "Candidate";
  rqlite.leader_addr = "";
  rqlite.last_contact = "6.17s";
  rqlite.ready = rqlite.strong_read = false;
}

TEST(NoLeader, WhoCountsAsOne) {
  const auto all_followers = [](Snapshot& s) { report(s, 0).rqlite->raft_state = "Follower"; };
  const auto contact = [&](std::string_view text) {
    return [&, text](Snapshot& s) {
      lose(s, 0);
      for (std::size_t i = 1; i < 3; ++i) report(s, i).rqlite->last_contact = std::string(text);
    };
  };
  check({{"all are candidates", "rqlite.no_leader", 1,
          [](Snapshot& s) {
            for (std::size_t i = 0; i < 3; ++i) leaderless(s, i);
          }},
         {"named and heard", "rqlite.no_leader", 0, all_followers},
         {"unreached leader, heard", "rqlite.no_leader", 0, contact("1.9s")},
         {"unreached leader, heard at the threshold", "rqlite.no_leader", 0, contact("2s")},
         {"unreached leader, silent", "rqlite.no_leader", 1, contact("2.001s")},
         {"unreached leader, never heard", "rqlite.no_leader", 1, contact("never")},
         {"no rqlite anywhere", "rqlite.no_leader", 0,
          [](Snapshot& s) {
            for (std::size_t i = 0; i < 3; ++i) report(s, i).rqlite = {};
          }},
         {"contact not told", "rqlite.no_leader", 0, [](Snapshot& s) {
            lose(s, 0);
            report(s, 1).rqlite->last_contact.reset();
          }}});
}

TEST(SplitBrain, OnlyLeadersOfTheHighestTerm) {
  auto snapshot = healthy_fleet(3);
  report(snapshot, 1).rqlite->raft_state = "Leader";
  auto found = with_id(judge(snapshot), "rqlite.split_brain");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::critical);
  EXPECT_EQ(found[0].message, "split brain: 2 leaders (198.18.7.1, 198.18.7.2)");

  report(snapshot, 1).rqlite->term = 41;
  found = with_id(judge(snapshot), "rqlite.split_brain");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warning) << "an old leader that has not noticed yet";

  report(snapshot, 1).rqlite->term.reset();
  found = with_id(judge(snapshot), "rqlite.split_brain");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::critical) << "a term that is not told may be any";
}

TEST(LeaderDisagreement, DistinctNames) {
  check({{"two", "rqlite.leader_disagreement", 1, [](Snapshot& s) { report(s, 2).rqlite->leader_addr = raft(1); }},
         {"one says nothing", "rqlite.leader_disagreement", 0,
          [](Snapshot& s) { report(s, 2).rqlite->leader_addr = ""; }},
         {"one does not know", "rqlite.leader_disagreement", 0,
          [](Snapshot& s) { report(s, 2).rqlite->leader_addr.reset(); }}});
}

// Five voters of which `down` are gone: unreached, and unreachable for all others.
Snapshot five_with_down(std::size_t down) {
  auto snapshot = healthy_fleet(5);
  for (std::size_t i = 5 - down; i < 5; ++i) {
    lose(snapshot, i);
    for (std::size_t k = 0; k < 5 - down; ++k) unreachable_for(snapshot, k, i);
  }
  return snapshot;
}

TEST(Quorum, CountsTheMembersThatAreDown) {
  struct {
    std::size_t down;
    std::size_t fragile;
    std::size_t lost;
  } const cases[] = {{0, 0, 0}, {1, 0, 0}, {2, 1, 0}, {3, 0, 1}, {4, 0, 1}};
  for (const auto& one : cases) {
    auto snapshot = five_with_down(one.down);
    for (std::size_t i = 0; i < 5 - one.down; ++i) {
      if (one.down >= 3) leaderless(snapshot, i);
    }
    const auto alerts = judge(snapshot);
    EXPECT_EQ(with_id(alerts, "rqlite.quorum_fragile").size(), one.fragile) << one.down << " down";
    EXPECT_EQ(with_id(alerts, "rqlite.quorum_lost").size(), one.lost) << one.down << " down";
  }
}

TEST(Quorum, IsNotLostWhileAStrongReadWorks) {
  auto snapshot = five_with_down(3);
  EXPECT_TRUE(with_id(judge(snapshot), "rqlite.quorum_lost").empty());
}

TEST(Quorum, AnUnreachedVoterIsUpWhenTheLeaderSaysSo) {
  auto snapshot = healthy_fleet(3);
  lose(snapshot, 2);
  EXPECT_EQ(keys(judge(snapshot)), std::vector<std::string>{"ssh.collect_failed@198.18.7.3"});
}

TEST(Quorum, NonVotersDoNotCount) {
  auto snapshot = healthy_fleet(3);
  for (std::size_t i = 0; i < 3; ++i) report(snapshot, i).rqlite->nodes->at(raft(2)).voter = false;
  lose(snapshot, 2);
  unreachable_for(snapshot, 0, 2);
  unreachable_for(snapshot, 1, 2);
  EXPECT_TRUE(with_id(judge(snapshot), "rqlite.quorum_fragile").empty());
}

TEST(Quorum, WithoutMemberListsUnreachedNodesCount) {
  auto snapshot = healthy_fleet(3);
  lose(snapshot, 2);
  report(snapshot, 0).rqlite->nodes.reset();
  report(snapshot, 1).rqlite->nodes.reset();
  const auto found = with_id(judge(snapshot), "rqlite.quorum_fragile");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message, "no spare voter: 2 of 3 voters reachable, 2 needed");
  EXPECT_EQ(found[0].caused_by, "ssh.collect_failed@198.18.7.3");
}

TEST(AppliedLag, ReportsOfDifferentMomentsAreForgiven) {
  check({{"behind by the leader's word", "rqlite.applied_lag", 1,
          [](Snapshot& s) {
            report(s, 1).rqlite->fsm_index = report(s, 1).rqlite->applied_index = 80;
            report(s, 1).rqlite->commit_index = 80;
          }},
         {"only taken earlier", "rqlite.applied_lag", 0,
          [](Snapshot& s) {
            auto& rqlite = *report(s, 1).rqlite;
            rqlite.fsm_index = rqlite.applied_index = rqlite.commit_index = rqlite.leader_commit_index = 4000;
          }},
         {"its leader is silent", "rqlite.applied_lag", 1,
          [](Snapshot& s) {
            auto& rqlite = *report(s, 1).rqlite;
            rqlite.fsm_index = rqlite.applied_index = rqlite.commit_index = rqlite.leader_commit_index = 4000;
            rqlite.last_contact = "30s";
          }},
         {"no leader: the highest counts", "rqlite.applied_lag", 2, [](Snapshot& s) {
            report(s, 0).rqlite->raft_state = "Follower";
            report(s, 2).rqlite->fsm_index = 9000;
            for (std::size_t i = 0; i < 2; ++i) report(s, i).rqlite->leader_commit_index.reset();
          }}});
}

TEST(PeerJoining, ReplacesUnreachable) {
  auto snapshot = healthy_fleet(3);
  unreachable_for(snapshot, 0, 2);
  service(snapshot, 2, "orama-node").active_since_sec = 299;
  const auto alerts = judge(snapshot);
  ASSERT_EQ(alerts.size(), 1U) << text_of(alerts);
  EXPECT_EQ(alerts[0].id, "rqlite.peer_joining");
  EXPECT_EQ(alerts[0].message, "198.18.7.3 joined 299 s ago, 10.0.0.3:7001 not yet probed");
  for (const std::int64_t seconds : {300, 0}) {
    service(snapshot, 2, "orama-node").active_since_sec = seconds;
    EXPECT_EQ(with_id(judge(snapshot), "rqlite.peer_unreachable").size(), 1U) << seconds;
  }
}

TEST(RaftStates, CandidateAndShutdown) {
  check({{"", "rqlite.candidate", 1, [](Snapshot& s) { leaderless(s, 1); }},
         {"", "rqlite.shutdown", 1, [](Snapshot& s) { report(s, 1).rqlite->raft_state = "Shutdown"; }},
         {"", "rqlite.candidate", 0, [](Snapshot& s) { report(s, 1).rqlite->raft_state.reset(); }}});
}

TEST(PeerCount, NamesWhoIsWrong) {
  auto snapshot = healthy_fleet(3);
  auto& peers = *report(snapshot, 0).wireguard->peers;
  peers.back().allowed_ips = "10.0.0.9/32";  // was node 2
  const auto found = with_id(judge(snapshot), "wireguard.peer_count");
  ASSERT_EQ(found.size(), 1U) << text_of(judge(snapshot));
  EXPECT_EQ(
      found[0].message,
      "2 peers, 2 expected; missing 198.18.7.3 (10.0.0.3); unknown 10.0.0.9; set up on one side only: 198.18.7.3");
}

TEST(PeerCount, Cases) {
  check({{"one key twice", "wireguard.peer_count", 1,
          [](Snapshot& s) {
            auto& peers = *report(s, 0).wireguard->peers;
            peers[1] = peers[0];
          }},
         {"more than expected", "wireguard.peer_count", 0,
          [](Snapshot& s) {
            auto extra = report(s, 0).wireguard->peers->front();
            extra.public_key = "other";
            extra.allowed_ips = "10.0.0.99/32";
            report(s, 0).wireguard->peers->push_back(extra);
          }},
         {"interface down", "wireguard.peer_count", 0,
          [](Snapshot& s) {
            report(s, 0).wireguard->interface_up = false;
            report(s, 0).wireguard->peers->clear();
          }},
         {"state not read", "wireguard.peer_count", 0,
          [](Snapshot& s) {
            report(s, 0).wireguard->peers.reset();
            report(s, 0).wireguard->peer_count.reset();
          }},
         {"a hub's network covers all", "wireguard.peer_count", 0, [](Snapshot& s) {
            report(s, 0).wireguard->peers->front().allowed_ips = "10.0.0.2/32, 10.0.0.0/24";
            report(s, 0).wireguard->peers->back().allowed_ips = "10.0.0.3/32";
          }}});
}

TEST(ClockSkew, OffsetsAndUncertainties) {
  const auto shifted = [](std::int64_t ms) { return [ms](Snapshot& s) { *report(s, 2).time_unix_ms += ms; }; };
  // Each round trip takes 10 ms, half of it counts per node.
  check({{"at the threshold", "system.clock_skew", 0, shifted(5010)},
         {"beyond", "system.clock_skew", 1, shifted(5011)},
         {"behind", "system.clock_skew", 1, shifted(-5011)},
         {"slow way", "system.clock_skew", 0,
          [](Snapshot& s) {
            *report(s, 2).time_unix_ms += 5900;
            s.nodes[2].round_trip_ms = 2000;
          }},
         {"collected later", "system.clock_skew", 0,
          [](Snapshot& s) {
            *report(s, 2).time_unix_ms += 20'000;
            s.nodes[2].arrived_unix_ms += 20'000;
          }},
         {"arrival unknown", "system.clock_skew", 0,
          [](Snapshot& s) {
            *report(s, 2).time_unix_ms += 60'000;
            s.nodes[2].arrived_unix_ms = 0;
          }},
         {"reference, long session", "system.clock_skew", 0,
          [](Snapshot& s) {
            report(s, 2).time_unix_ms.reset();
            report(s, 2).system->time_unix = kNowMs / 1000 - 9;
            s.nodes[2].duration_ms = 10'000;
          }},
         {"reference, wrong clock", "system.clock_skew", 1, [](Snapshot& s) {
            report(s, 2).time_unix_ms.reset();
            report(s, 2).system->time_unix = kNowMs / 1000 - 9;
          }}});
}

TEST(VersionMismatch, OnlyTheSameCollector) {
  check({{"two versions", "system.version_mismatch", 1, [](Snapshot& s) { report(s, 1).version = "0.2.0"; }},
         {"empty is unknown", "system.version_mismatch", 1, [](Snapshot& s) { report(s, 1).version = ""; }},
         {"absent is silent", "system.version_mismatch", 0, [](Snapshot& s) { report(s, 1).version.reset(); }},
         {"another collector", "system.version_mismatch", 0, [](Snapshot& s) {
            report(s, 1).version = "0.107.0";
            report(s, 1).collector.reset();
          }}});
  auto snapshot = healthy_fleet(3);
  report(snapshot, 0).version = "0.2.0";
  EXPECT_EQ(judge(snapshot).at(0).message, "versions differ: 0.1.0 = 198.18.7.2, 198.18.7.3; 0.2.0 = 198.18.7.1");
}

TEST(Isolated, OneAlertForOneFact) {
  auto snapshot = healthy_fleet(3);
  report(snapshot, 1).ipfs->swarm_peers = 0;
  const auto alerts = judge(snapshot);
  ASSERT_EQ(alerts.size(), 1U) << text_of(alerts);
  EXPECT_EQ(alerts[0].id, "ipfs.isolated");
}

}  // namespace
}  // namespace fleetwatch::alert::testing
