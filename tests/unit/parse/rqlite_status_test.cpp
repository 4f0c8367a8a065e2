#include "parse/rqlite_status.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

model::Rqlite recorded(const std::string& name) {
  auto section = parse_rqlite_status(test::fixture("recordings/rqlite/" + name + "-status.json"));
  EXPECT_TRUE(section.ok()) << name;
  return std::move(section).value();
}

struct Expected {
  const char* recording;
  const char* raft_state;
  const char* leader;
  std::uint64_t term;
  std::uint64_t commit_index;
  std::uint64_t fsm_index;
  std::uint64_t leader_commit_index;
  std::uint64_t fsm_pending;
  const char* last_contact;
  std::int64_t num_peers;
  bool voter;
};

TEST(RqliteStatus, ReadsEveryRecording) {
  const Expected cases[] = {
      {"healthy-leader", "Leader", "10.0.0.1:4002", 2, 15, 15, 0, 0, "0", 2, true},
      {"healthy-follower", "Follower", "10.0.0.1:4002", 2, 15, 15, 15, 0, "15.992058ms", 2, true},
      {"healthy-nonvoter", "Follower", "10.0.0.1:4002", 2, 15, 15, 15, 0, "25.004548ms", 0, false},
      {"lagging-follower", "Follower", "10.0.0.1:4002", 2, 80, 80, 2016, 0, "21.547959ms", 2, true},
      {"slow-fsm-leader", "Leader", "10.0.0.1:4002", 2, 2029, 2025, 0, 4, "0", 2, true},
      {"leader-killed-now-follower", "Follower", "10.0.0.1:4002", 2, 2029, 2029, 2029, 0, "41.505582ms", 2, true},
      {"after-election-follower", "Follower", "10.0.0.2:4002", 3, 2038, 2038, 2038, 0, "50.5264ms", 2, true},
      {"leader-stopped-now", "Follower", "10.0.0.3:4002", 4, 2039, 2038, 2039, 0, "38.939908ms", 2, true},
      {"no-quorum-voter", "Candidate", "", 3, 2038, 2038, 2038, 0, "6.048111508s", 2, true},
      {"no-quorum-nonvoter", "Follower", "", 3, 2038, 2038, 2038, 0, "6.63492295s", 0, false},
      {"isolated-old-leader", "Candidate", "", 5, 2041, 2041, 2039, 0, "5.152162253s", 2, true},
  };
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected.recording);
    const auto section = recorded(expected.recording);
    EXPECT_EQ(section.raft_state, expected.raft_state);
    EXPECT_EQ(section.leader_addr, expected.leader);
    EXPECT_EQ(section.leader_id, expected.leader);
    EXPECT_EQ(section.term, expected.term);
    EXPECT_EQ(section.applied_index, expected.commit_index);
    EXPECT_EQ(section.commit_index, expected.commit_index);
    EXPECT_EQ(section.fsm_index, expected.fsm_index);
    EXPECT_EQ(section.leader_commit_index, expected.leader_commit_index);
    EXPECT_EQ(section.fsm_pending, expected.fsm_pending);
    EXPECT_EQ(section.last_contact, expected.last_contact);
    EXPECT_EQ(section.num_peers, expected.num_peers);
    EXPECT_EQ(section.voter, expected.voter);
    ASSERT_TRUE(section.nodes);
    EXPECT_EQ(section.nodes->size(), 4U);
    EXPECT_EQ(section.nodes->at("10.0.0.3:4002").voter, true);
    EXPECT_EQ(section.nodes->at("10.0.0.4:4002").voter, false);
    EXPECT_EQ(section.nodes->at("10.0.0.4:4002").reachable, std::nullopt);
  }
}

TEST(RqliteStatus, ReadsWhatIsNotRaft) {
  const auto section = recorded("healthy-follower");
  EXPECT_EQ(section.node_id, "10.0.0.2:4002");
  EXPECT_EQ(section.db_size, "8.2 kB");
  EXPECT_EQ(section.uptime, "1m35.028468363s");
  EXPECT_EQ(section.version, "8");
  EXPECT_EQ(section.goroutines, 25);
  EXPECT_EQ(section.heap_mb, std::nullopt);  // not in /status
  EXPECT_EQ(section.responsive, std::nullopt);
}

TEST(RqliteStatus, AcceptsOlderForms) {
  const auto section = parse_rqlite_status(
      R"({"store":{"raft":{"current_term":"7","num_peers":"2","voter":"true","last_contact":"never"}}})");
  ASSERT_TRUE(section.ok());
  EXPECT_EQ(section.value().term, 7U);
  EXPECT_EQ(section.value().num_peers, 2);
  EXPECT_EQ(section.value().voter, true);
  EXPECT_EQ(section.value().last_contact, "never");
}

TEST(RqliteStatus, WrongTypesAreAbsent) {
  const auto section = parse_rqlite_status(
      R"({"build":[],"node":7,"runtime":{"num_goroutine":"many"},"store":{"leader":"x","node_id":{},"fsm_index":-1,
          "nodes":[1,{"id":""},{"id":5},{"id":"a"}],"raft":{"state":1,"term":1.5,"num_peers":[],"voter":2}}})");
  ASSERT_TRUE(section.ok());
  model::Rqlite expected;
  expected.nodes.emplace()["a"] = model::RqliteMember();
  EXPECT_EQ(section.value(), expected);
}

TEST(RqliteStatus, OtherAnswersAreMalformed) {
  for (const auto* body : {"", "404 page not found", "[]", "null", "{\"store\":"}) {
    const auto section = parse_rqlite_status(body);
    ASSERT_FALSE(section.ok()) << body;
    EXPECT_EQ(section.error().kind, ErrorKind::malformed) << body;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
