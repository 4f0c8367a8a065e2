#include "parse/rqlite_nodes.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

using Members = std::map<std::string, model::RqliteMember>;

Members recorded(const std::string& name) {
  auto members = parse_rqlite_nodes(test::fixture("recordings/rqlite/" + name + ".json"));
  EXPECT_TRUE(members.ok()) << name;
  return std::move(members).value();
}

TEST(RqliteNodes, ReadsBothShapes) {
  for (const auto* name : {"healthy-leader-nodes", "healthy-leader-nodes-ver2"}) {
    SCOPED_TRACE(name);
    const auto members = recorded(name);
    ASSERT_EQ(members.size(), 4U);
    for (const auto& [id, member] : members) {
      EXPECT_EQ(member.reachable, true) << id;
      EXPECT_EQ(member.leader, id == "10.0.0.1:4002") << id;
      EXPECT_EQ(member.voter, id != "10.0.0.4:4002") << id;
      EXPECT_EQ(member.error, std::nullopt) << id;
    }
  }
  EXPECT_DOUBLE_EQ(recorded("healthy-leader-nodes-ver2").at("10.0.0.2:4002").time_ms.value(), 1.3e-4);
}

TEST(RqliteNodes, ReadsWhoIsLost) {
  struct Expected {
    const char* recording;
    std::vector<const char*> lost;
    const char* leader;
  };
  const Expected cases[] = {
      {"after-election-follower-nodes-ver2", {"10.0.0.1:4002"}, "10.0.0.2:4002"},
      {"follower-stopped-leader-nodes-ver2", {"10.0.0.3:4002"}, "10.0.0.1:4002"},
      {"leader-killed-now-follower-nodes-ver2", {"10.0.0.1:4002"}, ""},
      {"leader-stopped-after-election-nodes-ver2", {"10.0.0.3:4002"}, "10.0.0.1:4002"},
      {"leader-stopped-now-nodes-ver2", {"10.0.0.3:4002"}, ""},
      {"no-quorum-voter-nodes-ver2", {"10.0.0.1:4002", "10.0.0.2:4002"}, ""},
      {"no-quorum-nonvoter-nodes-ver2", {"10.0.0.1:4002", "10.0.0.2:4002"}, ""},
  };
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected.recording);
    const auto members = recorded(expected.recording);
    ASSERT_EQ(members.size(), 4U);
    for (const auto& [id, member] : members) {
      const bool lost = std::find(expected.lost.begin(), expected.lost.end(), id) != expected.lost.end();
      EXPECT_EQ(member.reachable, !lost) << id;
      EXPECT_EQ(member.error.has_value(), lost) << id;
      EXPECT_EQ(member.leader, id == expected.leader) << id;
    }
  }
  EXPECT_EQ(recorded("leader-stopped-after-election-nodes-ver2").at("10.0.0.3:4002").error,
            "timeout waiting for node to respond");
}

TEST(RqliteNodes, NoMembersIsNoError) {
  for (const auto* body : {"{}", R"({"nodes":[]})", R"({"nodes":null})"}) {
    const auto members = parse_rqlite_nodes(body);
    ASSERT_TRUE(members.ok()) << body;
    EXPECT_TRUE(members.value().empty()) << body;
  }
}

TEST(RqliteNodes, WrongTypesAreLeftOut) {
  const auto members = parse_rqlite_nodes(R"({"nodes":[7,{"id":8},{"id":"a","reachable":"no","time":"x","error":1}]})");
  ASSERT_TRUE(members.ok());
  EXPECT_EQ(members.value(), (Members{{"a", model::RqliteMember()}}));
  EXPECT_EQ(parse_rqlite_nodes(R"({"a":7,"b":{}})").value(), (Members{{"b", model::RqliteMember()}}));
}

TEST(RqliteNodes, OtherAnswersAreMalformed) {
  for (const auto* body : {"", "[]", "leader not found"}) EXPECT_FALSE(parse_rqlite_nodes(body).ok()) << body;
}

}  // namespace
}  // namespace fleetwatch::parse
