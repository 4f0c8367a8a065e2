#include "parse/rqlite_debug_vars.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

RqliteVars recorded(const std::string& name) {
  auto vars = parse_rqlite_debug_vars(test::fixture("recordings/rqlite/" + name + "-debug-vars.json"));
  EXPECT_TRUE(vars.ok()) << name;
  return std::move(vars).value();
}

model::RqliteDebugVars zeros() {
  model::RqliteDebugVars counters;
  counters.query_errors = counters.execute_errors = counters.remote_exec_errors = counters.leader_not_found = 0;
  counters.snapshot_errors = counters.client_retries = counters.client_timeouts = 0;
  return counters;
}

TEST(RqliteDebugVars, ReadsEveryRecording) {
  EXPECT_EQ(recorded("healthy-leader").counters, zeros());
  EXPECT_EQ(recorded("healthy-leader").heap_mb, 4);
  EXPECT_EQ(recorded("healthy-follower").counters, zeros());
  EXPECT_EQ(recorded("healthy-follower").heap_mb, 2);
  auto expected = zeros();
  expected.query_errors = 1;
  expected.client_retries = 3;
  EXPECT_EQ(recorded("no-quorum-voter").counters, expected);
  EXPECT_EQ(recorded("no-quorum-voter").heap_mb, 3);
}

TEST(RqliteDebugVars, EachCounterHasItsPlaces) {
  using Vars = model::RqliteDebugVars;
  struct Case {
    const char* body;
    std::optional<std::int64_t> Vars::*member;
    std::int64_t value;
  };
  const Case cases[] = {
      {R"({"db":{"query_errors":1}})", &Vars::query_errors, 1},
      {R"({"api_query_errors":2})", &Vars::query_errors, 2},
      {R"({"query_errors":3})", &Vars::query_errors, 3},
      {R"({"store":{"query_errors":4}})", &Vars::query_errors, 4},
      {R"({"db":{"query_errors":1},"api_query_errors":2})", &Vars::query_errors, 1},
      {R"({"db":{"execution_errors":5}})", &Vars::execute_errors, 5},
      {R"({"http":{"remote_executions_failed":1,"remote_queries_failed":2,"remote_requests_failed":4}})",
       &Vars::remote_exec_errors, 7},
      {R"({"http":{"leader_not_found":8}})", &Vars::leader_not_found, 8},
      {R"({"store_leader_not_found":9})", &Vars::leader_not_found, 9},
      {R"({"store":{"num_snapshots_failed":10}})", &Vars::snapshot_errors, 10},
      {R"({"cluster":{"num_client_retries":11}})", &Vars::client_retries, 11},
      {R"({"cluster":{"num_client_read_timeouts":6,"num_client_write_timeouts":6}})", &Vars::client_timeouts, 12},
      {R"({"cluster":{"num_client_read_timeouts":9223372036854775807,"num_client_write_timeouts":6}})",
       &Vars::client_timeouts, 9223372036854775807},
  };
  for (const auto& one : cases) {
    const auto vars = parse_rqlite_debug_vars(one.body);
    ASSERT_TRUE(vars.ok()) << one.body;
    Vars expected;
    expected.*one.member = one.value;
    EXPECT_EQ(vars.value().counters, expected) << one.body;
  }
}

TEST(RqliteDebugVars, WrongTypesAreAbsent) {
  const auto vars =
      parse_rqlite_debug_vars(R"({"db":{"query_errors":-1,"execution_errors":{}},"memstats":{"HeapAlloc":"x"}})");
  ASSERT_TRUE(vars.ok());
  EXPECT_EQ(vars.value().counters, model::RqliteDebugVars());
  EXPECT_EQ(vars.value().heap_mb, std::nullopt);
  EXPECT_FALSE(parse_rqlite_debug_vars("[]").ok());
}

}  // namespace
}  // namespace fleetwatch::parse
