#include "codec/event_tally.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fleetwatch::codec {
namespace {

using testing::HasSubstr;

model::EventTally sample() {
  model::EventTally tally;
  auto& server = tally.components["server"];
  server.hosts["n1"] = {0, "0.30.2"};
  server.versions["0.30.2"] = 1;
  server.types["startup"] = 2;
  server.governors[{"PUPPET", "enter"}] = 3;
  server.good = 5;
  server.errors = 1;
  server.expired = 4;
  return tally;
}

TEST(WriteTally, HasAllCounts) {
  EXPECT_EQ(write_tally(sample(), 0, Layout::compact),
            R"({"collected_at":"1970-01-01T00:00:00Z","components":[{"component":"server","hosts":1,)"
            R"("versions":{"0.30.2":1},"types":{"startup":2},)"
            R"("governors":[{"governor":"PUPPET","event_type":"enter","events":3}],"good":5,"errors":1,"expired":4}],)"
            R"("left_out":0})");
}

TEST(TallySeries, HaveTheNamesOfTheReference) {
  const auto text = tally_series(sample(), "lifecycle_tally");
  for (const auto* line :
       {"# TYPE lifecycle_tally_versions gauge\n", "lifecycle_tally_good_events{component=\"server\",active=\"1\"} 5\n",
        "lifecycle_tally_process_errors{component=\"server\",active=\"1\"} 1\n",
        "lifecycle_tally_event_types{component=\"server\",type=\"startup\",active=\"1\"} 2\n",
        "lifecycle_tally_versions{component=\"server\",version=\"0.30.2\",active=\"1\"} 1\n",
        "lifecycle_tally_nodes_expired{component=\"server\",active=\"1\"} 4\n",
        "lifecycle_tally_governor{component=\"server\",governor=\"PUPPET\",event=\"enter\","
        "active=\"1\"} 3\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(TallySeries, EscapeWhatTheNetworkSays) {
  model::EventTally tally;
  tally.components["a\"b\\c\nd\xff"].good = 1;
  EXPECT_THAT(tally_series(tally, "p"), HasSubstr("p_good_events{component=\"a\\\"b\\\\c\\nd\xef\xbf\xbd\",active"));
}

}  // namespace
}  // namespace fleetwatch::codec
