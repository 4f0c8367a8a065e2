#include "codec/snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/report.hpp"
#include "support/fixture.hpp"

namespace fleetwatch::codec {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

model::Snapshot sample() {
  model::Snapshot snapshot;
  snapshot.environment = "testnet";
  snapshot.collected_at_unix_ms = 1'772'352'928'000;
  snapshot.duration_ms = 640;
  snapshot.environment_size = 2;
  model::NodeResult answered;
  answered.node = {.environment = "testnet",
                   .user = "ops",
                   .host = "203.0.113.10",
                   .role = "nameserver-ns1",
                   .key_path = "/home/me/key",
                   .password = model::Secret("hunter2"),
                   .line = 1};
  answered.report = *read_report(test::fixture("reports/documented-style.json"));
  answered.duration_ms = 431;
  answered.arrived_unix_ms = 1'772'352'928'431;
  model::NodeResult failed;
  failed.node = {.environment = "testnet",
                 .user = "ops",
                 .host = "203.0.113.11",
                 .role = "node",
                 .key_path = {},
                 .password = {},
                 .line = 2};
  failed.failure = model::Failure{model::FailureReason::refused, "nothing listens on port 22"};
  failed.retries = 3;
  snapshot.nodes = {answered, failed};
  return snapshot;
}

TEST(Snapshot, ReadsBackWhatWasWrittenWithoutSecrets) {
  const auto json = write_snapshot(sample());
  EXPECT_THAT(json, Not(HasSubstr("hunter2")));
  EXPECT_THAT(json, Not(HasSubstr("/home/me/key")));
  const auto back = read_snapshot(json);
  ASSERT_TRUE(back.ok()) << to_string(back.error());
  EXPECT_EQ(back->environment, "testnet");
  EXPECT_EQ(back->environment_size, 2U);
  ASSERT_EQ(back->nodes.size(), 2U);
  EXPECT_EQ(back->nodes[0].report, sample().nodes[0].report);
  EXPECT_EQ(back->nodes[1].failure, sample().nodes[1].failure);
  EXPECT_EQ(back->nodes[1].retries, 3);
  EXPECT_EQ(write_snapshot(*back), json);
}

TEST(Snapshot, NamesWhatIsWrongWithAnotherDocument) {
  EXPECT_THAT(read_snapshot("{}").error().what, HasSubstr("not a snapshot"));
  EXPECT_THAT(read_snapshot(R"({"schema":"fleetwatch.snapshot/9"})").error().what, HasSubstr("fleetwatch.snapshot/9"));
  const auto both_missing = read_snapshot(R"({"schema":"fleetwatch.snapshot/1","nodes":[{"host":"a"}]})");
  EXPECT_EQ(both_missing.error().where, "nodes[0]");
  const auto unknown = read_snapshot(R"({"schema":"fleetwatch.snapshot/1","nodes":[{"host":"a","reason":"tired"}]})");
  EXPECT_THAT(unknown.error().what, HasSubstr("tired"));
}

}  // namespace
}  // namespace fleetwatch::codec
