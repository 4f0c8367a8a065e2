#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using test::FakeMachine;
using testing::ElementsAre;
using testing::IsEmpty;

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "services", probe_services); }

std::vector<std::string> names(const model::NodeReport& report) {
  std::vector<std::string> found;
  for (const auto& service : report.services->services) found.push_back(service.name);
  return found;
}

TEST(Services, AreTheTenInTheirOrderThenTheDiscovered) {
  FakeMachine machine;
  machine.units.add("orama-namespace-rqlite@acme.service");
  machine.units.add("orama-deploy-shop.service");
  machine.units.add("orama-namespace-olric@index.service");  // stands for orama-olric
  machine.units.add("cron.service");
  const auto report = run(machine);
  EXPECT_THAT(names(report), ElementsAre("orama-node", "orama-gateway", "orama-olric", "orama-ipfs",
                                         "orama-ipfs-cluster", "orama-anyone-relay", "orama-anyone-client", "coredns",
                                         "caddy", "wg-quick@wg0", "orama-deploy-shop", "orama-namespace-rqlite@acme"));
  EXPECT_EQ(report.services->services[2].active_state, "active");
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(Services, KeepWhatSystemdTells) {
  FakeMachine machine;
  auto& unit = machine.units.add("orama-node.service");
  unit.active_enter_unix_usec = static_cast<std::uint64_t>(machine.clock.unix_ms() - 86'400'000) * 1000;
  unit.n_restarts = 2;
  unit.main_pid = 812;
  unit.memory_current_bytes = (310ULL << 20U) + 5;
  unit.cpu_usage_nsec = 912'000'000'000;
  const auto report = run(machine);
  const auto& entry = report.services->services.front();
  EXPECT_EQ(entry.load_state, "loaded");
  EXPECT_EQ(entry.sub_state, "running");
  EXPECT_EQ(entry.enabled, true);
  EXPECT_EQ(entry.active_since_sec, 86'400);
  EXPECT_EQ(entry.n_restarts, 2);
  EXPECT_EQ(entry.main_pid, 812);
  EXPECT_EQ(entry.memory_current_mb, 310);
  EXPECT_EQ(entry.cpu_usage_nsec, 912'000'000'000);
  EXPECT_EQ(entry.restart_loop_risk, false);
}

TEST(Services, LeaveOutCountersThatSystemdDoesNotHave) {
  FakeMachine machine;
  auto& unit = machine.units.add("orama-node.service");
  unit.n_restarts.reset();
  unit.main_pid.reset();
  unit.unit_file_state = "static";
  const auto report = run(machine);
  const auto& entry = report.services->services.front();
  EXPECT_EQ(entry.enabled, false);
  EXPECT_EQ(entry.n_restarts, std::nullopt);
  EXPECT_EQ(entry.main_pid, std::nullopt);
  EXPECT_EQ(entry.memory_current_mb, std::nullopt);
  EXPECT_EQ(entry.cpu_usage_nsec, std::nullopt);
  EXPECT_EQ(entry.restart_loop_risk, std::nullopt);
}

TEST(Services, NotInstalledIsAnEntryToo) {
  FakeMachine machine;
  const auto report = run(machine);
  ASSERT_EQ(report.services->services.size(), 10U);
  for (const auto& entry : report.services->services) {
    EXPECT_EQ(entry.load_state, "not-found") << entry.name;
    EXPECT_EQ(entry.active_state, "inactive");
    EXPECT_EQ(entry.sub_state, "dead");
    EXPECT_EQ(entry.enabled, false);
  }
}

TEST(Services, SeeARestartLoop) {
  struct Case {
    std::uint32_t restarts;
    std::int64_t active_sec;
    bool risk;
  };
  for (const auto& [restarts, active_sec, risk] :
       {Case{4, 299, true}, Case{3, 10, false}, Case{4, 300, false}, Case{4, 0, false}, Case{4, -50, false}}) {
    FakeMachine machine;
    auto& unit = machine.units.add("orama-node.service");
    unit.n_restarts = restarts;
    unit.active_enter_unix_usec = static_cast<std::uint64_t>(machine.clock.unix_ms() / 1000 - active_sec) * 1'000'000;
    const auto report = run(machine);
    EXPECT_EQ(report.services->services.front().restart_loop_risk, risk) << restarts << " " << active_sec;
  }
}

TEST(Services, ListAllFailedUnits) {
  FakeMachine machine;
  machine.units.add("orama-ipfs.service").active_state = "failed";
  machine.units.also_loaded = {{"mnt-x.mount", "loaded", "failed", "failed"},
                               {"a.timer", "loaded", "active", "waiting"}};
  EXPECT_THAT(run(machine).services->failed_units, ElementsAre("mnt-x.mount", "orama-ipfs.service"));
}

TEST(Services, AreUnknownWithoutSystemd) {
  for (const bool hangs : {false, true}) {
    FakeMachine machine;
    if (hangs) {
      machine.units.list_failure = test::Hang{};
    } else {
      machine.units.details_failure = test::denied();
    }
    const auto report = run(machine);
    ASSERT_EQ(report.services->services.size(), 10U);
    EXPECT_EQ(report.services->services.front().active_state, "unknown");
    EXPECT_EQ(report.services->services.front().load_state, std::nullopt);
    EXPECT_EQ(report.services->services.front().enabled, std::nullopt);
    ASSERT_EQ(report.errors.size(), 1U);
    EXPECT_THAT(report.errors[0], testing::StartsWith(hangs ? "services: timeout: " : "services: denied: "));
  }
}

}  // namespace
}  // namespace fleetwatch::probe
