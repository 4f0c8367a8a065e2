#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using test::FakeMachine;
using test::Hang;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using testing::UnorderedElementsAre;

constexpr const char* kStatus = R"({"guardians":5,"healthy":4,"threshold":3,"write_quorum":4})";

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "vault", probe_vault); }

outside::UnitDetails& install(FakeMachine& machine, const char* unit = "orama-vault.service") {
  machine.http.on_get(6001, "/v1/vault/status", kStatus);
  machine.http.on_get(6001, "/v1/vault/health", R"({"status":"healthy"})");
  auto& details = machine.units.add(unit);
  details.n_restarts = 2;
  details.memory_current_bytes = std::uint64_t{31} << 20U;
  return details;
}

TEST(VaultProbe, FillsAHealthyNode) {
  for (const auto* unit : {"orama-vault.service", "orama-namespace-vault@index.service"}) {
    FakeMachine machine;
    install(machine, unit);
    machine.journal.units[unit] =
        std::vector<std::string>{"[ERR] share lost", "error: peer gone", "transferred 5 shares"};
    const auto report = run(machine);
    EXPECT_THAT(report.errors, IsEmpty()) << unit;
    model::Vault expected;
    expected.service_active = expected.responsive = true;
    expected.status = "healthy";
    expected.guardians = 5;
    expected.healthy = expected.write_quorum = 4;
    expected.threshold = 3;
    expected.process_mem_mb = 31;
    expected.restart_count = expected.log_errors_1h = 2;
    ASSERT_TRUE(report.vault.has_value()) << unit;
    EXPECT_EQ(*report.vault, expected) << unit;
    EXPECT_THAT(machine.http.asked_keys(),
                UnorderedElementsAre("GET 6001 /v1/vault/status", "GET 6001 /v1/vault/health"));
    ASSERT_EQ(machine.journal.asked.size(), 2U);
    EXPECT_EQ(machine.journal.asked[0].since_unix_sec, 1'772'352'930 - 3600);
  }
}

TEST(VaultProbe, IsAbsentWhereNotInstalled) {
  FakeMachine machine;
  machine.units.add("orama-node.service");
  machine.http.on_get(6001, "/v1/vault/status", R"({"error":"no vault"})", 404);
  const auto report = run(machine);
  EXPECT_FALSE(report.vault.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_THAT(machine.http.asked, IsEmpty());
}

TEST(VaultProbe, TheActiveUnitCounts) {
  FakeMachine machine;
  auto& old = install(machine);
  old.n_restarts = 7;
  machine.units.add("orama-namespace-vault@index.service").active_state = "inactive";
  EXPECT_EQ(run(machine).vault->restart_count, 7);
  machine.units.add("orama-namespace-vault@index.service").n_restarts = 1;
  EXPECT_EQ(run(machine).vault->restart_count, 1);
  machine.units.add("orama-vault.service").active_state = "failed";
  machine.units.add("orama-namespace-vault@index.service").active_state = "failed";
  EXPECT_EQ(run(machine).vault->service_active, false);
}

TEST(VaultProbe, BehindASilentGatewayItIsSilentToo) {
  FakeMachine machine;
  install(machine);
  machine.http.answers.clear();
  machine.http.silent_ports.insert(6001);
  const auto report = run(machine);
  EXPECT_EQ(report.vault->service_active, true);
  EXPECT_EQ(report.vault->responsive, false);
  EXPECT_EQ(report.vault->status, std::nullopt);
  EXPECT_EQ(report.vault->guardians, std::nullopt);
  EXPECT_EQ(report.vault->log_errors_1h, 0);
  EXPECT_THAT(report.errors, ElementsAre("vault: timeout: vault: no answer before the deadline"));
}

TEST(VaultProbe, AnUnavailableOneSaysSoWithAnotherStatus) {
  FakeMachine machine;
  install(machine);
  machine.http.on_get(6001, "/v1/vault/health", R"({"status":"unavailable"})", 503);
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_EQ(report.vault->responsive, true);
  EXPECT_EQ(report.vault->status, "unavailable");
}

TEST(VaultProbe, APageThatIsNotThereIsNoAnswer) {
  FakeMachine machine;
  install(machine);
  machine.http.on_get(6001, "/v1/vault/status", R"({"error":"not found"})", 404);
  machine.http.on_get(6001, "/v1/vault/health", "404 page not found", 404);
  const auto report = run(machine);
  EXPECT_EQ(report.vault->responsive, false);
  EXPECT_EQ(report.vault->status, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("vault: unavailable: vault: HTTP 404: {\"error\":\"not found\"}"));
}

TEST(VaultProbe, OneQuestionMayFailAlone) {
  FakeMachine machine;
  install(machine);
  machine.http.on_get(6001, "/v1/vault/health", "[]");
  machine.journal.units["orama-vault.service"] = test::denied();
  const auto report = run(machine);
  EXPECT_EQ(report.vault->responsive, true);
  EXPECT_EQ(report.vault->guardians, 5);
  EXPECT_EQ(report.vault->log_errors_1h, std::nullopt);
  EXPECT_THAT(report.errors, UnorderedElementsAre(StartsWith("vault.log_errors_1h: denied: "),
                                                  StartsWith("vault.status: malformed: /v1/vault/health: ")));
}

TEST(VaultProbe, WithoutSystemdsAnswerARefusalTellsNothing) {
  FakeMachine machine;
  machine.units.list_failure = test::denied();
  const auto report = run(machine);
  ASSERT_TRUE(report.vault.has_value());
  EXPECT_EQ(report.vault->service_active, std::nullopt);
  EXPECT_EQ(report.vault->responsive, std::nullopt);
  machine.http.on_get(6001, "/v1/vault/status", kStatus);
  EXPECT_EQ(run(machine).vault->responsive, true);
}

TEST(VaultProbe, AMachineWithoutSystemdHasNone) {
  FakeMachine machine;
  machine.kernel_files.folders.clear();
  machine.units.list_failure = test::refused();
  const auto report = run(machine);
  EXPECT_FALSE(report.vault.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
}

}  // namespace
}  // namespace fleetwatch::probe
