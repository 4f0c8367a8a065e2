#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using outside::Transport;
using test::FakeMachine;
using test::Hang;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kConfig = "/etc/anon/anonrc";
constexpr auto kFingerprint = "/var/lib/anon/fingerprint";
constexpr auto kLog = "/var/log/anon/notices.log";

void install_relay(FakeMachine& machine) {
  machine.units.add("orama-anyone-relay.service");
  machine.sockets.add(Transport::tcp, "0.0.0.0", 9001);
  machine.sockets.add(Transport::tcp, "127.0.0.1", 9051);
  machine.disk.files[kConfig] = std::string("Nickname node1\nORPort 9001\n");
  machine.disk.files[kFingerprint] = std::string("node1 ABCDEF\n");
  machine.disk.files[kLog] = std::string("[notice] Bootstrapped 100% (done): Done\n");
}

model::NodeReport run(FakeMachine& machine) { return test::run_probe(machine, "anyone", probe_anyone); }

TEST(AnyoneProbe, FillsARelay) {
  FakeMachine machine;
  install_relay(machine);
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  model::Anyone expected;
  expected.relay_active = true;
  expected.client_active = false;
  expected.mode = "relay";
  expected.orport_listening = true;
  expected.socks_listening = false;
  expected.control_listening = true;
  expected.bootstrapped = true;
  expected.bootstrap_pct = 100;
  expected.fingerprint = "ABCDEF";
  expected.nickname = "node1";
  ASSERT_TRUE(report.anyone.has_value());
  EXPECT_EQ(*report.anyone, expected);
}

TEST(AnyoneProbe, IsAbsentWhereNotInstalled) {
  FakeMachine machine;
  const auto report = run(machine);
  EXPECT_FALSE(report.anyone.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(AnyoneProbe, AClientHasNoFingerprint) {
  FakeMachine machine;
  machine.units.add("orama-namespace-anyone-client@index.service");
  machine.sockets.add(Transport::tcp, "127.0.0.1", 9050);
  machine.disk.files[kConfig] = std::string("SocksPort 9050\n");
  machine.disk.files[kLog] = std::string("[notice] Bootstrapped 45%: Asking\n");
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_EQ(report.anyone->mode, "client");
  EXPECT_EQ(report.anyone->client_active, true);
  EXPECT_EQ(report.anyone->bootstrap_pct, 45);
  EXPECT_EQ(report.anyone->bootstrapped, false);
  EXPECT_EQ(report.anyone->fingerprint, std::nullopt);
}

TEST(AnyoneProbe, TheModeIsKnownOfAStoppedRelay) {
  FakeMachine machine;
  machine.disk.files[kConfig] = std::string("ORPort 9001\n");
  const auto report = run(machine);
  EXPECT_EQ(report.anyone->mode, "relay");
  EXPECT_EQ(report.anyone->relay_active, false);
  EXPECT_EQ(report.anyone->bootstrap_pct, std::nullopt);
}

TEST(AnyoneProbe, WithoutConfigurationTheActiveUnitDecides) {
  FakeMachine machine;
  machine.units.add("orama-anyone-client.service");
  machine.disk.files[kLog] = std::string("Bootstrapped 100%\n");
  EXPECT_EQ(run(machine).anyone->mode, "client");
}

TEST(AnyoneProbe, AfterARotationTheFileBeforeTells) {
  FakeMachine machine;
  install_relay(machine);
  machine.disk.files[kLog] = std::string("[notice] heartbeat\n");
  machine.disk.files[std::string(kLog) + ".1"] = std::string("[notice] Bootstrapped 100% (done): Done\n");
  EXPECT_EQ(run(machine).anyone->bootstrapped, true);
}

TEST(AnyoneProbe, ALogWithoutProgressIsNoZero) {
  FakeMachine machine;
  install_relay(machine);
  machine.disk.files[kLog] = std::string("[notice] heartbeat\n");
  const auto report = run(machine);
  EXPECT_EQ(report.anyone->bootstrap_pct, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("anyone.bootstrap_pct: unavailable: /var/log/anon/notices.log: no line tells "
                                         "the progress"));
}

TEST(AnyoneProbe, DeniedFilesAreTold) {
  FakeMachine machine;
  install_relay(machine);
  machine.disk.files.insert_or_assign(kFingerprint, test::denied());
  machine.disk.files.insert_or_assign(kLog, test::denied());
  const auto report = run(machine);
  EXPECT_EQ(report.anyone->fingerprint, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("anyone.bootstrap_pct: denied: /var/log/anon/notices.log: permission denied",
                                         "anyone.fingerprint: denied: /var/lib/anon/fingerprint: permission denied"));
}

TEST(AnyoneProbe, AHangingDiskLeavesTheRest) {
  FakeMachine machine;
  install_relay(machine);
  machine.disk.files[kLog] = Hang{};
  const auto report = run(machine);
  EXPECT_EQ(report.anyone->relay_active, true);
  EXPECT_EQ(report.anyone->orport_listening, true);
  EXPECT_EQ(report.anyone->fingerprint, "ABCDEF");
  EXPECT_THAT(report.errors, ElementsAre("anyone.bootstrap_pct: timeout: /var/log/anon/notices.log: no answer before "
                                         "the deadline"));
}

}  // namespace
}  // namespace fleetwatch::probe
