#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "probe/probes.hpp"
#include "support/fixture.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using outside::Transport;
using test::FakeMachine;
using test::Hang;
using testing::ElementsAre;
using testing::IsEmpty;

std::string recorded(const std::string& name) { return test::fixture("recordings/olric/" + name); }

std::vector<std::string> log_lines(const std::string& name) {
  const auto text = recorded(name);
  const auto views = lines(text);
  return {views.begin(), views.end()};
}

void install(FakeMachine& machine) {
  machine.units.add("orama-olric.service").n_restarts = 3;
  machine.sockets.add(Transport::tcp, "10.0.0.3", 3320);
  machine.sockets.add(Transport::tcp, "10.0.0.3", 3322);
  machine.tcp.answers.insert_or_assign("10.0.0.3:3320", recorded("cluster-members-3.resp"));
  machine.journal.units["orama-olric.service"] = log_lines("log-node3-stop-restart-peer-killed-peer-stopped.txt");
  machine.kernel_files.files.insert_or_assign(
      "/proc/40/stat", Result<std::string>("40 (olric-server) S 1 40 40 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 9 0 100 1000 "
                                           "5120 1 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"));
}

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "olric", probe_olric); }

TEST(OlricProbe, FillsAHealthyNode) {
  FakeMachine machine;
  install(machine);
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  ASSERT_TRUE(report.olric.has_value());
  const auto& section = *report.olric;
  EXPECT_EQ(section.service_active, true);
  EXPECT_EQ(section.memberlist_up, true);
  EXPECT_EQ(section.member_count, 3);
  EXPECT_EQ(section.members, (std::vector<std::string>{"10.0.0.1:3320", "10.0.0.2:3320", "10.0.0.3:3320"}));
  EXPECT_EQ(section.coordinator, "10.0.0.1:3320");
  EXPECT_EQ(section.process_mem_mb, 20);
  EXPECT_EQ(section.restart_count, 3);
  EXPECT_EQ(section.log_errors_1h, 2);
  EXPECT_EQ(section.log_suspects_1h, 7);
  EXPECT_EQ(section.log_flapping_1h, 2);
  ASSERT_EQ(machine.journal.asked.size(), 1U);
  EXPECT_EQ(machine.journal.asked[0].since_unix_sec, 1'772'352'930 - 3600);
  ASSERT_EQ(machine.tcp.asked.size(), 1U);
  EXPECT_EQ(machine.tcp.asked[0].request, "*1\r\n$15\r\nCLUSTER.MEMBERS\r\n");
}

TEST(OlricProbe, IsAbsentWhereNotInstalled) {
  FakeMachine machine;
  machine.sockets.add(Transport::tcp, "0.0.0.0", 33220);
  const auto report = run(machine);
  EXPECT_FALSE(report.olric.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(OlricProbe, AListenerOnAllAddressesIsAskedOnTheLoopback) {
  for (const auto* address : {"0.0.0.0", "::"}) {
    FakeMachine machine;
    machine.sockets.add(Transport::tcp, address, 3320);
    machine.tcp.answers.insert_or_assign("127.0.0.1:3320", recorded("cluster-members-after-kill.resp"));
    EXPECT_EQ(run(machine).olric->member_count, 2) << address;
  }
}

TEST(OlricProbe, AStoppedServiceHasNoMembers) {
  FakeMachine machine;
  auto& unit = machine.units.add("orama-olric.service");
  unit.active_state = "inactive";
  const auto report = run(machine);
  const auto& section = *report.olric;
  EXPECT_EQ(section.service_active, false);
  EXPECT_EQ(section.memberlist_up, false);
  EXPECT_EQ(section.member_count, std::nullopt);
  EXPECT_EQ(section.members, std::nullopt);
  EXPECT_EQ(section.log_errors_1h, 0);
}

TEST(OlricProbe, SilenceLeavesTheRest) {
  FakeMachine machine;
  install(machine);
  machine.tcp.answers.insert_or_assign("10.0.0.3:3320", Hang{});
  const auto report = run(machine);
  EXPECT_EQ(report.olric->member_count, std::nullopt);
  EXPECT_EQ(report.olric->service_active, true);
  EXPECT_EQ(report.olric->log_errors_1h, 2);
  EXPECT_THAT(report.errors, ElementsAre("olric.members: timeout: CLUSTER.MEMBERS: no answer before the deadline"));
}

TEST(OlricProbe, APasswordIsDenied) {
  FakeMachine machine;
  install(machine);
  machine.tcp.answers.insert_or_assign("10.0.0.3:3320", "-NOAUTH Authentication required.\r\n");
  const auto report = run(machine);
  EXPECT_EQ(report.olric->member_count, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("olric.members: denied: CLUSTER.MEMBERS: NOAUTH Authentication required."));
}

TEST(OlricProbe, NonsenseIsMalformed) {
  FakeMachine machine;
  install(machine);
  machine.tcp.answers.insert_or_assign("10.0.0.3:3320", "HTTP/1.1 400 Bad Request\r\n\r\n");
  const auto report = run(machine);
  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_TRUE(report.errors[0].starts_with("olric.members: malformed: ")) << report.errors[0];
}

TEST(OlricProbe, AnUnreadableJournalIsNoZero) {
  FakeMachine machine;
  install(machine);
  machine.journal.units.insert_or_assign("orama-olric.service", test::denied());
  const auto report = run(machine);
  EXPECT_EQ(report.olric->log_errors_1h, std::nullopt);
  EXPECT_EQ(report.olric->member_count, 3);
  EXPECT_THAT(report.errors, ElementsAre("olric.log_errors_1h: denied: journal: permission denied"));
}

TEST(OlricProbe, ReadsTheJournalOfTheNewerUnit) {
  FakeMachine machine;
  machine.units.add("orama-namespace-olric@index.service");
  machine.journal.units["orama-namespace-olric@index.service"] = std::vector<std::string>{"[ERR] x"};
  const auto report = run(machine);
  EXPECT_EQ(report.olric->service_active, true);
  EXPECT_EQ(report.olric->log_errors_1h, 1);
}

TEST(OlricProbe, WithASilentSystemdTheUnitIsUnknown) {
  FakeMachine machine;
  install(machine);
  machine.units.list_failure = Hang{};
  const auto report = run(machine);
  EXPECT_EQ(report.olric->service_active, std::nullopt);
  EXPECT_EQ(report.olric->member_count, 3);
  EXPECT_THAT(report.errors, ElementsAre("olric.service_active: timeout: systemd: no answer before the deadline"));
}

}  // namespace
}  // namespace fleetwatch::probe
