#include "view/connections.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/golden.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

model::BrokerConnection connection(const std::string& name, std::int64_t connected_ms) {
  model::BrokerConnection one;
  one.name = name;
  one.address = "127.0.0.1:4";
  one.connected_at = "2026-01-01T00:00:00Z";
  one.connected_ms = connected_ms;
  one.subscriptions = 5;
  one.broker = "b1";
  return one;
}

std::string text_of(const model::BrokerConnections& connections) {
  return to_text(connections_document(connections, {}), false);
}

TEST(ConnectionsDocument, SaysFirstWhoWaitsLongest) {
  model::BrokerConnections all;
  all.waiting = {connection("n1", 192'000), connection("n2", 1'000)};
  all.provisioners = {connection("prov1", 10)};
  EXPECT_THAT(text_of(all),
              StartsWith("2 servers wait for provisioning, the longest for 3 min 12 s (n1); 1 provisioner\n"));
}

TEST(ConnectionsDocument, SaysThatNobodyProvisions) {
  model::BrokerConnections all;
  all.waiting = {connection("n1", 1'000)};
  EXPECT_THAT(text_of(all), StartsWith("1 server waits for provisioning, the longest for 1.0 s (n1); no provisioner"));
}

TEST(ConnectionsDocument, NobodyWaits) { EXPECT_EQ(text_of({}), "No server waits for provisioning; 0 provisioners\n"); }

TEST(ConnectionsDocument, NamesTheBrokerThatDidNotAnswer) {
  model::BrokerConnections all;
  all.brokers = {{"b1:8222", 3, std::nullopt}, {"b2:8222", 0, "connection refused"}};
  EXPECT_THAT(text_of(all), HasSubstr("b2:8222: connection refused\n"));
}

TEST(ConnectionsDocument, HasNoStatesWhenNobodyAskedForEvents) {
  model::BrokerConnections all;
  all.waiting = {connection("n1", 1'000)};
  EXPECT_THAT(text_of(all), Not(HasSubstr("STATE")));
}

TEST(ConnectionsDocument, TellsStatesAndPointsOutWhoseStartupWasNotSeen) {
  model::BrokerConnections all;
  all.provisioners = {connection("prov1", 10)};
  all.waiting = {connection("n1", 3'000), connection("n2", 2'000), connection("n3", 1'000)};
  all.waiting[0].state = "waiting";
  all.waiting[0].startup_seen = true;
  all.waiting[1].state = "waiting";
  all.waiting[1].startup_seen = false;
  all.startup_not_seen = {"n2\x1b"};
  all.left = {{"n8", "restarting", "2026-01-01T00:00:00Z"}, {"n9", "back", "2026-01-01T00:00:00Z"}};
  test::expect_golden("view/connections-states.txt", text_of(all));
}

TEST(ConnectionsDocument, NamesFewOfMany) {
  model::BrokerConnections all;
  all.startup_not_seen = {"n1", "n2", "n3", "n4", "n5", "n6", "n7"};
  all.left.emplace();
  for (int i = 0; i < 25; ++i) all.left->push_back({"left", "back", "2026-01-01T00:00:00Z"});
  EXPECT_THAT(text_of(all), testing::AllOf(HasSubstr("7 servers came since they connected, provisioners may not know "
                                                     "them: n1, n2, n3, n4, n5, and 2 more\n"),
                                           HasSubstr("and 5 more, see --json\n")));
}

TEST(ConnectionsDocument, SaysWhyStatesAreUnknown) {
  model::BrokerConnections all;
  all.waiting = {connection("n1", 1'000)};
  all.events_error = "no stream";
  EXPECT_THAT(text_of(all),
              testing::AllOf(HasSubstr("States are unknown: no stream\n"), HasSubstr("127.0.0.1:4  unknown  unknown")));
  all.startup_not_seen.emplace();
  EXPECT_THAT(text_of(all), HasSubstr("States are by the events of since we listen: no stream\n"));
}

TEST(ConnectionsDocument, EscapesNames) {
  model::BrokerConnections all;
  all.others = {connection("evil\x1b[2J\n", 0)};
  const auto text = text_of(all);
  EXPECT_THAT(text, HasSubstr(R"(evil\x1b[2J\x0a)"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace fleetwatch::view
