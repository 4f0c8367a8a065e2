#include "codec/event_tally.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/golden.hpp"

namespace fleetwatch::codec {
namespace {

using testing::HasSubstr;
using testing::Not;

model::EventTally sample() {
  model::EventTally tally;
  auto& server = tally.components["server"];
  server.hosts["n1"] = {0, "0.30.2"};
  server.versions["0.30.2"] = 1;
  server.types["startup"] = {0, 2};
  server.governors[{"PUPPET", "enter"}] = {0, 3};
  server.good = {0, 5};
  server.errors = {0, 1};
  server.expired = {0, 4};
  server.processing = {{0, 5}, {0, 0.125}};
  auto& machine = tally.machines[{"manager", "1.2"}];
  machine.transitions[{"run", "idle", "running"}] = {0, 6};
  machine.watchers["check"] = {{0, 7}, {0, 1}, {{0, 8}, {0, 2.5}}};
  tally.transition_errors = {0, 9};
  tally.exec_watcher_errors = {0, 10};
  tally.left_out = {0, 11};
  tally.dropped = {0, 12};
  return tally;
}

TEST(WriteTally, HasAllCounts) {
  EXPECT_EQ(write_tally(sample(), 0, Layout::compact),
            R"({"collected_at":"1970-01-01T00:00:00Z","active":true,"components":[{"component":"server","hosts":1,)"
            R"("versions":{"0.30.2":1},"types":{"startup":2},)"
            R"("governors":[{"governor":"PUPPET","event_type":"enter","events":3}],"good":5,"errors":1,"expired":4,)"
            R"("processing_sec":0.125}],"machines":[{"machine":"manager","version":"1.2",)"
            R"("transitions":[{"transition":"run","from":"idle","to":"running","count":6}],)"
            R"("exec_watchers":[{"watcher":"check","success":7,"failures":1,"run_time_sec":2.5}]}],)"
            R"("transition_errors":9,"exec_watcher_errors":10,"left_out":11,"dropped":12})");
}

TEST(TallySeries, HaveTheNamesOfTheReference) {
  test::expect_golden("codec/tally.prom", tally_series(sample(), "lifecycle_tally"));
}

// A count that moved to the other label would be new there, and its whole past a rise.
TEST(TallySeries, CountsStayWithTheLabelOfTheirTime) {
  auto tally = sample();
  tally.active = false;
  tally.components["server"].good.inactive = 2;
  const auto text = tally_series(tally, "p");
  EXPECT_THAT(text, HasSubstr("p_good_events{component=\"server\",active=\"1\"} 5\n"
                              "p_good_events{component=\"server\",active=\"0\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("p_processing_time_sum{component=\"server\",active=\"1\"} 0.125\n"));
  EXPECT_THAT(text, HasSubstr("p_processing_time_count{component=\"server\",active=\"0\"} 0\n"));
}

TEST(TallySeries, VersionsHaveTheLabelOfThisMomentAlone) {
  auto tally = sample();
  tally.active = false;
  const auto text = tally_series(tally, "p");
  EXPECT_THAT(text, HasSubstr("p_versions{component=\"server\",version=\"0.30.2\",active=\"0\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("p_versions{component=\"server\",version=\"0.30.2\",active=\"1\"}")));
}

// Two lines with the same labels make a whole file useless to Prometheus.
TEST(TallySeries, AComponentMayHaveTheNameOfAnotherMessage) {
  model::EventTally tally;
  tally.components["transition"].errors = {0, 2};
  tally.transition_errors = {0, 3};
  const auto text = tally_series(tally, "p");
  EXPECT_THAT(text, HasSubstr("p_process_errors{component=\"transition\",active=\"1\"} 5\n"));
  EXPECT_EQ(text.find("p_process_errors{component=\"transition\""),
            text.rfind("p_process_errors{component=\"transition\""));
  EXPECT_THAT(text, Not(HasSubstr("exec_watcher\",active")));
}

TEST(TallySeries, EscapeWhatTheNetworkSays) {
  model::EventTally tally;
  tally.components["a\"b\\c\nd\xff"].good = {0, 1};
  EXPECT_THAT(tally_series(tally, "p"), HasSubstr("p_good_events{component=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\",active"));
}

TEST(TallySeries, EscapeWhatMachinesSay) {
  model::EventTally tally;
  tally.machines[{"a\"b", "\n"}].transitions[{"\\", "x\ny", "z"}] = {0, 1};
  EXPECT_THAT(tally_series(tally, "p"),
              HasSubstr("p_machine_transition{machine=\"a\\\"b\",version=\"\\n\",transition=\"\\\\\",from=\"x\\ny\","
                        "to=\"z\",active=\"1\"} 1\n"));
}

}  // namespace
}  // namespace fleetwatch::codec
