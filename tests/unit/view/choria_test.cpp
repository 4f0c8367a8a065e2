#include "view/choria.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "view/event_tally.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

model::ChoriaOverview overview() {
  model::ChoriaOverview all;
  all.broker = "nats://b1:4222";
  all.events.emplace();
  all.events->push_back(
      {{.type = model::EventType::shutdown, .identity = "n1\n", .component = "server"}, "s", "", 0, true});
  all.events_read = 7;
  all.components = {{"server", "0.30.2", 2}, {"server", "", 1}};
  all.connections.emplace();
  all.elections.emplace().push_back({.bucket = "B", .election = "provisioner", .state = "held", .leader = "p1"});
  return all;
}

std::string text_of(const model::ChoriaOverview& all) { return to_text(choria_document(all, {}), false); }

TEST(ChoriaDocument, BeginsWithTheWhole) {
  EXPECT_THAT(text_of(overview()), StartsWith("OK: 3 hosts, 0 waiting, 1 election, at nats://b1:4222\n"));
}

TEST(ChoriaDocument, ShowsEventsInOneLineEach) {
  EXPECT_THAT(text_of(overview()), HasSubstr("Last events (of 7 in the stream)\n"
                                             "1970-01-01T00:00:00Z [shutdown] n1\\x0a: server\n"));
}

TEST(ChoriaDocument, NamesWhatIsMissing) {
  auto all = overview();
  all.events.reset();
  all.missing.push_back({"events", "stream not found"});
  EXPECT_THAT(text_of(all), StartsWith("INCOMPLETE: 0 waiting, 1 election, at nats://b1:4222\n"
                                       "no events: stream not found\n"));
}

TEST(ChoriaDocument, WarnsOfALeaderThatStoppedRenewing) {
  auto all = overview();
  all.elections->front().renewing = false;
  EXPECT_THAT(text_of(all), StartsWith("WARNING: "));
}

TEST(TallyDocument, HasARowForEachVersion) {
  model::EventTally tally;
  auto& server = tally.components["server"];
  server.hosts = {{"n1", {}}, {"n2", {}}, {"n3", {}}};
  server.versions = {{"0.30.1", 1}, {"0.30.2", 2}};
  server.types = {{"startup", {0, 3}}};
  server.good = {0, 3};
  const auto text = to_text(tally_document(tally, {}), false);
  EXPECT_THAT(text, StartsWith("3 hosts, 1 component, 3 events\n"));
  EXPECT_THAT(text, HasSubstr("server     0.30.1       1        3"));
  EXPECT_THAT(text, HasSubstr("server     0.30.2       2"));
}

}  // namespace
}  // namespace fleetwatch::view
