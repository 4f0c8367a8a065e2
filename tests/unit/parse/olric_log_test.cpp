#include "parse/olric_log.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

OlricLogCounts recorded(const std::string& name) {
  const auto text = test::fixture("recordings/olric/" + name);
  const auto views = lines(text);
  return count_olric_log({views.begin(), views.end()});
}

TEST(OlricLog, CountsRecordings) {
  const auto coordinator = recorded("log-node1-join-leave-kill.txt");
  EXPECT_EQ(coordinator.errors, 0);
  EXPECT_EQ(coordinator.suspects, 4);
  EXPECT_EQ(coordinator.flapping, 2);
  const auto other = recorded("log-node3-stop-restart-peer-killed-peer-stopped.txt");
  EXPECT_EQ(other.errors, 2);
  EXPECT_EQ(other.suspects, 7);
  EXPECT_EQ(other.flapping, 2);
}

TEST(OlricLog, CountsTheLevelAndNotTheWord) {
  const auto counts = count_olric_log({"2026/11/21 09:08:08 [INFO] transferred, no error", "[ERROR] disk",
                                       "2026/11/21 [INFO] peer said [ERR]", "error without a level", "[ERR", ""});
  EXPECT_EQ(counts.errors, 1);
}

TEST(OlricLog, MarkingNeedsItsEnd) {
  const auto counts = count_olric_log({"memberlist: MARKING a as Dead", "marking a as alive", "failed marking"});
  EXPECT_EQ(counts.suspects, 1);
}

}  // namespace
}  // namespace fleetwatch::parse
