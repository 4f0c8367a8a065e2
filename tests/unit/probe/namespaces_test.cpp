#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/fixture.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using outside::Transport;
using test::FakeMachine;
using testing::ElementsAre;
using testing::IsEmpty;

const std::string kData = "/opt/orama/.orama/data/namespaces/";

void add_tenant(FakeMachine& machine, const std::string& name, std::uint16_t base) {
  machine.disk.files[kData + name + "/rqlite.env"] = "HTTP_ADDR=10.0.0.1:" + std::to_string(base) + "\n";
  machine.sockets.add(Transport::tcp, "10.0.0.1", static_cast<std::uint16_t>(base + 2));
  machine.http.on_get(base, "/status", test::fixture("recordings/rqlite/healthy-leader-status.json"));
  machine.http.on_get(base, "/readyz", "[+]node ok\n");
  machine.http.on_get(static_cast<std::uint16_t>(base + 4), "/v1/health", "{}");
}

model::NodeReport run(FakeMachine& machine) {
  return test::run_probe(machine, "namespaces", probe_namespaces, {}, milliseconds{3000});
}

std::vector<std::string> names_of(const model::NodeReport& report) {
  std::vector<std::string> names;
  for (const auto& tenant : *report.namespaces) names.push_back(tenant.name);
  return names;
}

model::Namespace healthy(const std::string& name, std::int64_t base) {
  model::Namespace tenant;
  tenant.name = name;
  tenant.port_base = base;
  tenant.rqlite_up = tenant.rqlite_ready = tenant.olric_up = tenant.gateway_up = true;
  tenant.rqlite_state = "Leader";
  tenant.gateway_status = 200;
  tenant.sfu_up = tenant.turn_up = false;
  return tenant;
}

TEST(NamespacesProbe, FillsHealthyOnesSorted) {
  FakeMachine machine;
  add_tenant(machine, "beta", 10'005);
  add_tenant(machine, "alpha", 10'000);
  machine.disk.files["/etc/systemd/system/orama-namespace-rqlite@beta.service"] = std::string();
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_THAT(*report.namespaces, ElementsAre(healthy("alpha", 10'000), healthy("beta", 10'005)));
  EXPECT_EQ(machine.http.asked.size(), 6U);
}

TEST(NamespacesProbe, NoneIsAnEmptyList) {
  FakeMachine machine;
  const auto report = run(machine);
  ASSERT_TRUE(report.namespaces.has_value());
  EXPECT_THAT(*report.namespaces, IsEmpty());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(NamespacesProbe, FindsThemInThreePlaces) {
  FakeMachine machine;
  add_tenant(machine, "folder", 10'000);
  machine.disk.files["/etc/systemd/system/orama-namespace-rqlite@file.service"] = std::string();
  machine.disk.files["/etc/systemd/system/orama-namespace-rqlite@.service"] = std::string();
  machine.disk.files["/etc/systemd/system/orama-namespace-rqlite@x.timer"] = std::string();
  machine.disk.files["/etc/systemd/system/orama-namespace-olric@index.service"] = std::string();
  machine.disk.files[kData + "README"] = std::string();
  machine.units.add("orama-namespace-gateway@loaded.service");
  machine.units.add("orama-namespace-rqlite@index.service");
  EXPECT_THAT(names_of(run(machine)), ElementsAre("file", "folder", "loaded"));
}

TEST(NamespacesProbe, BrokenOnesStayVisible) {
  FakeMachine machine;
  machine.disk.files[kData + "empty/other"] = std::string();
  machine.disk.files[kData + "odd/rqlite.env"] = std::string("HTTP_ADDR=nowhere\n");
  machine.disk.files[kData + "high/rqlite.env"] = std::string("HTTP_ADDR=:65535\n");
  const auto report = run(machine);
  ASSERT_THAT(names_of(report), ElementsAre("empty", "high", "odd"));
  for (const auto& tenant : *report.namespaces) {
    EXPECT_EQ(tenant.port_base, 0) << tenant.name;
    EXPECT_EQ(tenant.rqlite_up, std::nullopt) << tenant.name;
  }
  EXPECT_THAT(report.errors,
              testing::UnorderedElementsAre(
                  "namespaces.port_base: unavailable: " + kData + "empty/rqlite.env: does not exist",
                  "namespaces.port_base: malformed: " + kData + "high/rqlite.env: HTTP_ADDR names no port",
                  "namespaces.port_base: malformed: " + kData + "odd/rqlite.env: HTTP_ADDR names no port"));
  EXPECT_THAT(machine.http.asked, IsEmpty());
}

TEST(NamespacesProbe, ASilentOneLeavesTheOthers) {
  FakeMachine machine;
  add_tenant(machine, "alpha", 10'000);
  machine.disk.files[kData + "beta/rqlite.env"] = std::string("HTTP_ADDR=:10005\n");
  machine.http.silent_ports = {10'005, 10'009};
  const auto report = run(machine);
  EXPECT_EQ((*report.namespaces)[0], healthy("alpha", 10'000));
  const auto& silent = (*report.namespaces)[1];
  EXPECT_EQ(silent.rqlite_up, false);
  EXPECT_EQ(silent.rqlite_ready, false);
  EXPECT_EQ(silent.gateway_up, false);
  EXPECT_EQ(silent.olric_up, false);
  EXPECT_THAT(report.errors,
              testing::UnorderedElementsAre("namespaces.rqlite_up: timeout: beta: no answer before the deadline",
                                            "namespaces.gateway_up: timeout: beta: no answer before the deadline"));
}

TEST(NamespacesProbe, AnErrorStatusIsNotUp) {
  FakeMachine machine;
  add_tenant(machine, "alpha", 10'000);
  machine.http.on_get(10'000, "/status", "", 500);
  machine.http.on_get(10'000, "/readyz", "", 503);
  machine.http.on_get(10'004, "/v1/health", "", 503);
  const auto report = run(machine);
  const auto& tenant = (*report.namespaces)[0];
  EXPECT_EQ(tenant.rqlite_up, false);
  EXPECT_EQ(tenant.rqlite_ready, false);
  EXPECT_EQ(tenant.rqlite_state, std::nullopt);
  EXPECT_EQ(tenant.gateway_up, true);
  EXPECT_EQ(tenant.gateway_status, 503);
}

TEST(NamespacesProbe, ExtrasNeedFileAndUnit) {
  FakeMachine machine;
  add_tenant(machine, "alpha", 10'000);
  machine.disk.files[kData + "alpha/sfu.env"] = std::string();
  machine.disk.files[kData + "alpha/turn.env"] = std::string();
  machine.units.add("orama-namespace-sfu@alpha.service");
  const auto report = run(machine);
  EXPECT_EQ((*report.namespaces)[0].sfu_up, true);
  EXPECT_EQ((*report.namespaces)[0].turn_up, false);
}

TEST(NamespacesProbe, AHiddenFolderIsTold) {
  FakeMachine machine;
  machine.disk.folders.insert_or_assign("/opt/orama/.orama/data/namespaces", test::denied());
  const auto report = run(machine);
  EXPECT_THAT(*report.namespaces, IsEmpty());
  EXPECT_THAT(report.errors, ElementsAre("namespaces: denied: /opt/orama/.orama/data/namespaces: permission denied"));
}

TEST(NamespacesProbe, AreBounded) {
  FakeMachine machine;
  for (int i = 0; i < 300; ++i) machine.disk.files[kData + std::to_string(1000 + i) + "/rqlite.env"] = std::string();
  const auto report = run(machine);
  EXPECT_EQ(report.namespaces->size(), 200U);
  EXPECT_THAT(report.errors, testing::Contains("namespaces: malformed: 300 namespaces, only 200 are asked"));
}

}  // namespace
}  // namespace fleetwatch::probe
