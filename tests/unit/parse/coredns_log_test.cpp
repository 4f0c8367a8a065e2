#include "parse/coredns_log.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

TEST(CorednsLog, CountsTheRecording) {
  const auto text = test::fixture("recordings/coredns/log.txt");
  const auto views = lines(text);
  EXPECT_EQ(count_coredns_errors({views.begin(), views.end()}), 1);
}

TEST(CorednsLog, CountsOnlyTheBeginning) {
  EXPECT_EQ(count_coredns_errors({"[ERROR] a", "[INFO] [ERROR]", "error", "[WARNING] b", " [ERROR] c"}), 1);
}

}  // namespace
}  // namespace fleetwatch::parse
