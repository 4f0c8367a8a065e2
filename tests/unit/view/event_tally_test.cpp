#include "view/event_tally.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/golden.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

using testing::HasSubstr;
using testing::Not;

model::EventTally sample() {
  model::EventTally tally;
  auto& server = tally.components["server"];
  server.hosts["n1"] = {0, "0.30.2"};
  server.hosts["n2"] = {0, "0.29.4"};
  server.versions = {{"0.29.4", 1}, {"0.30.2", 1}};
  server.types = {{"alive", {0, 1}}, {"startup", {1, 1}}};
  server.good = {1, 2};
  return tally;
}

std::string text_of(const model::EventTally& tally) { return to_text(tally_document(tally, {.width = 100}), false); }

TEST(TallyDocument, ShowsMachinesBelowTheHosts) {
  auto tally = sample();
  auto& manager = tally.machines[{"PuppetManager", "1.2.0"}];
  manager.transitions[{"run_puppet", "idle", "running"}] = {0, 12};
  manager.transitions[{"done", "running", "idle"}] = {0, 11};
  manager.watchers["check_running"] = {{4, 6}, {0, 2}, {{4, 8}, {1.2, 2.4}}};
  tally.machines[{"", ""}].transitions[{"", "", ""}] = {0, 1};
  test::expect_golden("view/tally.txt", text_of(tally));
}

TEST(TallyDocument, WithoutMachinesItSaysNothingOfThem) {
  const auto text = text_of(sample());
  EXPECT_THAT(text, Not(HasSubstr("MACHINE")));
  EXPECT_THAT(text, Not(HasSubstr("WATCHER")));
  EXPECT_THAT(text, Not(HasSubstr("leads")));
}

TEST(TallyDocument, MachinesAloneAreShownToo) {
  model::EventTally tally;
  tally.machines[{"m", "1"}].watchers["w"] = {{0, 1}, {}, {{0, 1}, {0, 0.25}}};
  EXPECT_THAT(text_of(tally), HasSubstr("0.250 s"));
  EXPECT_THAT(text_of(tally), Not(HasSubstr("COMPONENT")));
}

TEST(TallyDocument, SaysWhatCouldNotBeReadAndWhoLeads) {
  auto tally = sample();
  tally.transition_errors = {0, 2};
  tally.exec_watcher_errors = {0, 3};
  tally.left_out = {1, 3};
  tally.dropped = {0, 5};
  tally.election = "TALLY\x1b";
  tally.active = false;
  const auto text = text_of(tally);
  EXPECT_THAT(text, HasSubstr("does not lead the election TALLY\\x1b\n"));
  EXPECT_THAT(text, HasSubstr("2 not readable as transitions of machines\n"));
  EXPECT_THAT(text, HasSubstr("4 left out: too many hosts or names, or too long ones\n"));
  EXPECT_THAT(text, HasSubstr("5 dropped: they came faster than they were counted\n"));
  EXPECT_THAT(text, HasSubstr("3 not readable as states of watchers\n"));
}

TEST(TallyDocument, NamesFromTheNetworkAreHarmless) {
  model::EventTally tally;
  auto& machine = tally.machines[{"evil\x1b[2J", "1\n2"}];
  machine.transitions[{"t\r", "\x07", "\xE2\x80\xAE"}] = {0, 1};
  machine.watchers["w\x9b"] = {{0, 1}, {}, {{0, 1}, {0, 1}}};
  const auto text = text_of(tally);
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c != 0x7f) || c < 0) << static_cast<int>(c);
  EXPECT_THAT(text, HasSubstr("evil\\x1b[2J"));
  EXPECT_THAT(text, Not(HasSubstr("\xE2\x80\xAE")));
}

}  // namespace
}  // namespace fleetwatch::view
