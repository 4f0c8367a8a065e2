#include "parse/rqlite_query.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

TEST(RqliteQuery, OneValueSucceeds) {
  EXPECT_TRUE(parse_rqlite_single_value(test::fixture("recordings/rqlite/healthy-leader-strong-read.json")).ok());
}

TEST(RqliteQuery, ErrorsComeWithStatus200) {
  struct Case {
    const char* recording;
    const char* reason;
  };
  const Case cases[] = {
      {"leader-killed-now-follower-strong-read.json",
       "node failed to process Query on remote node at 10.0.0.1:4002: pool get: dial tcp 10.0.0.1:4002: connect: "
       "connection refused"},
      {"leader-stopped-now-strong-read.json",
       "node failed to process Query on remote node at 10.0.0.3:4002: read protobuf length: read tcp "
       "10.0.0.2:50360->10.0.0.3:4002: i/o timeout"},
      {"sql-error.json", "no such table: nosuch"},
      {"sql-error-syntax.json", "near \"SELEC\": syntax error"},
  };
  for (const auto& one : cases) {
    const auto answer = parse_rqlite_single_value(test::fixture(std::string("recordings/rqlite/") + one.recording));
    ASSERT_FALSE(answer.ok()) << one.recording;
    EXPECT_EQ(answer.error().kind, ErrorKind::unavailable) << one.recording;
    EXPECT_EQ(answer.error().what, one.reason);
  }
}

TEST(RqliteQuery, AnythingElseIsMalformed) {
  const char* cases[] = {
      "",
      "leader address: leader not found\n",
      "{}",
      R"({"results":[]})",
      R"({"results":[{}]})",
      R"({"results":[{"values":[]}]})",
      R"({"results":[{"values":[[]]}]})",
      R"({"results":[{"values":[[1,2]]}]})",
      R"({"results":[{"values":[[1],[2]]}]})",
      R"({"results":[{"values":[[1]]},{"values":[[1]]}]})",
      R"({"results":"x"})",
  };
  for (const auto* body : cases) {
    const auto answer = parse_rqlite_single_value(body);
    ASSERT_FALSE(answer.ok()) << body;
    EXPECT_EQ(answer.error().kind, ErrorKind::malformed) << body;
  }
}

TEST(RqliteQuery, AnErrorThatIsNoTextIsStillOne) {
  EXPECT_FALSE(parse_rqlite_single_value(R"({"results":[{"values":[[1]]}],"error":5})").ok());
}

}  // namespace
}  // namespace fleetwatch::parse
