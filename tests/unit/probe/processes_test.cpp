#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/process_lines.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using test::FakeMachine;
using test::FakeProcess;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "processes", probe_processes); }

void add(FakeMachine& machine, const FakeProcess& process, const std::string& control_group = {}) {
  const auto folder = "/proc/" + std::to_string(process.pid);
  auto& files = machine.kernel_files.files;
  files.insert_or_assign(folder + "/stat", test::stat_line(process));
  if (!control_group.empty()) files.insert_or_assign(folder + "/cgroup", "0::" + control_group + "\n");
}

std::vector<std::int64_t> pids(const std::vector<model::Process>& processes) {
  std::vector<std::int64_t> found;
  for (const auto& process : processes) found.push_back(process.pid);
  return found;
}

TEST(Processes, FindsZombiesOfAnyProgram) {
  FakeMachine machine;
  add(machine, {1, "systemd", 'S', 0});
  add(machine, {40, "sh", 'Z', 30});
  add(machine, {41, "olric\x1b", 'Z', 1});
  const auto report = run(machine);
  EXPECT_EQ(report.processes->zombie_count, 2);
  ASSERT_EQ(report.processes->zombies.size(), 2U);
  EXPECT_EQ(report.processes->zombies[0].ppid, 30);
  EXPECT_EQ(report.processes->zombies[0].state, "Z");
  EXPECT_EQ(report.processes->zombies[1].command, "olric\\x1b");
  EXPECT_EQ(report.processes->orphan_count, 0) << "a zombie is no orphan as well";
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(Processes, OrphansAreOfTheProductAndOutsideEveryService) {
  FakeMachine machine;
  add(machine, {1, "systemd", 'S', 0}, "/init.scope");
  add(machine, {50, "rqlited", 'S', 1}, "/user.slice/user-0.slice/session-3.scope");
  add(machine, {51, "IPFS", 'S', 1}, "/system.slice/ssh.service");
  add(machine, {52, "rqlited", 'S', 1}, "/system.slice/orama-node.service");
  add(machine, {53, "caddy", 'S', 1}, "/system.slice/orama-deploy-shop.service/worker");
  add(machine, {54, "bash", 'S', 1}, "/user.slice/user-0.slice/session-3.scope");
  add(machine, {55, "olric", 'S', 50}, "/user.slice/user-0.slice/session-3.scope");
  const auto report = run(machine);
  EXPECT_THAT(pids(report.processes->orphans), ElementsAre(50, 51));
  EXPECT_EQ(report.processes->orphan_count, 2);
}

TEST(Processes, AContainerOfAHostServiceIsNoService) {
  FakeMachine machine;
  add(machine, {1, "systemd", 'S', 0}, "/system.slice/lab@n1.service/payload/init.scope");
  add(machine, {50, "rqlited", 'S', 1}, "/system.slice/lab@n1.service/payload/user.slice/session-1.scope");
  add(machine, {52, "rqlited", 'S', 1}, "/system.slice/lab@n1.service/payload/system.slice/orama-node.service");
  EXPECT_THAT(pids(run(machine).processes->orphans), ElementsAre(50));
}

TEST(Processes, AProcessThatEndsMeanwhileIsNoOrphan) {
  FakeMachine machine;
  add(machine, {50, "rqlited", 'S', 1});
  const auto report = run(machine);
  EXPECT_EQ(report.processes->orphan_count, 0);
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(Processes, CountsPanicsOfTheLastHour) {
  FakeMachine machine;
  add(machine, {1, "systemd", 'S', 0});
  machine.journal.units["orama-node.service"] =
      std::vector<std::string>{"panic: runtime error", "FATAL: no disk", "panic_count=0", "all is well"};
  EXPECT_EQ(run(machine).processes->panic_count, 2);
  ASSERT_EQ(machine.journal.asked.size(), 1U);
  EXPECT_EQ(machine.journal.asked[0].since_unix_sec, machine.clock.unix_ms() / 1000 - 3600);
}

TEST(Processes, KeepsWhatItCouldRead) {
  FakeMachine machine;
  add(machine, {40, "sh", 'Z', 30});
  machine.journal.units["orama-node.service"] = test::Hang{};
  const auto slow = run(machine);
  EXPECT_EQ(slow.processes->zombie_count, 1);
  EXPECT_EQ(slow.processes->panic_count, std::nullopt);
  EXPECT_THAT(slow.errors, ElementsAre(StartsWith("processes.panic_count: timeout: ")));

  FakeMachine blind;
  const auto report = run(blind);
  EXPECT_EQ(report.processes->zombie_count, std::nullopt);
  EXPECT_EQ(report.processes->panic_count, 0);
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("processes.zombie_count: unavailable: /proc")));
}

}  // namespace
}  // namespace fleetwatch::probe
