#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/fixture.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using outside::DnsAnswer;
using outside::DnsType;
using outside::Transport;
using test::FakeMachine;
using test::Hang;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto kCorefile = "/etc/coredns/Corefile";
constexpr std::int64_t kNow = 1'772'352'930;
constexpr std::int64_t kDay = 86'400;

void install(FakeMachine& machine) {
  machine.units.add("coredns.service").n_restarts = 1;
  machine.units.add("caddy.service");
  machine.sockets.add(Transport::udp, "0.0.0.0", 53);
  machine.sockets.add(Transport::tcp, "::", 80);
  machine.sockets.add(Transport::tcp, "::", 443);
  machine.disk.files[kCorefile] = test::fixture("recordings/coredns/Corefile");
  machine.journal.units["coredns.service"] =
      std::vector<std::string>{"[ERROR] plugin/errors: 2 x", "[INFO] \"A IN err.test.\" NOERROR"};
  machine.dns.answers[{"orama.test", DnsType::soa}] = DnsAnswer{0, 1};
  machine.dns.answers[{"orama.test", DnsType::ns}] = DnsAnswer{0, 2};
  machine.dns.answers[{"orama.test", DnsType::a}] = DnsAnswer{0, 1};
  machine.dns.answers[{"test.orama.test", DnsType::a}] = DnsAnswer{0, 1};
  machine.tls.certificates["orama.test"] = outside::Certificate{kNow + 60 * kDay + 5};
  machine.tls.certificates["test.orama.test"] = outside::Certificate{kNow + 60 * kDay - 5};
}

model::NodeReport run(FakeMachine& machine) {
  return test::run_probe(machine, "dns", probe_dns, {}, milliseconds{2500});
}

TEST(DnsProbe, FillsAHealthyNameserver) {
  FakeMachine machine;
  install(machine);
  const auto report = run(machine);
  EXPECT_THAT(report.errors, ElementsAre("dns.coredns_mem_mb: unavailable: /proc: does not exist"));
  model::Dns expected;
  expected.coredns_active = expected.caddy_active = true;
  expected.port_53_bound = expected.port_80_bound = expected.port_443_bound = true;
  expected.coredns_restarts = 1;
  expected.log_errors_5m = 1;
  expected.corefile_exists = true;
  expected.soa_resolves = expected.ns_resolves = true;
  expected.ns_record_count = 2;
  expected.wildcard_resolves = expected.base_a_resolves = true;
  expected.base_tls_days_left = 60;
  expected.wild_tls_days_left = 59;
  expected.base_tls_expired = expected.wild_tls_expired = false;
  ASSERT_TRUE(report.dns.has_value());
  EXPECT_EQ(*report.dns, expected);
  EXPECT_EQ(machine.journal.asked.at(0).since_unix_sec, kNow - 300);
  EXPECT_EQ(machine.dns.asked.size(), 4U);
  EXPECT_THAT(machine.tls.asked, UnorderedElementsAre("orama.test", "test.orama.test"));
}

TEST(DnsProbe, IsAbsentWithoutItsFolder) {
  FakeMachine machine;
  machine.units.add("caddy.service");
  const auto report = run(machine);
  EXPECT_FALSE(report.dns.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(DnsProbe, AFolderThatMayNotBeSeenIsTold) {
  FakeMachine machine;
  machine.disk.infos.insert_or_assign("/etc/coredns", test::denied());
  const auto report = run(machine);
  EXPECT_FALSE(report.dns.has_value());
  EXPECT_THAT(report.errors, ElementsAre("dns: denied: /etc/coredns: permission denied"));
}

TEST(DnsProbe, ASilentServerIsOneEntry) {
  FakeMachine machine;
  install(machine);
  machine.dns.answers.clear();
  machine.dns.otherwise = Hang{};
  const auto report = run(machine);
  EXPECT_THAT(report.errors, testing::Contains("dns: timeout: DNS on 127.0.0.1: no answer before the deadline"));
  EXPECT_EQ(report.dns->soa_resolves, false);
  EXPECT_EQ(report.dns->ns_record_count, std::nullopt);
  EXPECT_EQ(report.dns->base_tls_days_left, 60);
  EXPECT_EQ(report.dns->log_errors_5m, 1);
}

TEST(DnsProbe, AnAnswerNeedsARecordAndNoError) {
  FakeMachine machine;
  install(machine);
  machine.dns.answers[{"orama.test", DnsType::soa}] = DnsAnswer{2, 0};
  machine.dns.answers[{"test.orama.test", DnsType::a}] = DnsAnswer{0, 0};
  const auto report = run(machine);
  EXPECT_EQ(report.dns->soa_resolves, false);
  EXPECT_EQ(report.dns->wildcard_resolves, false);
  EXPECT_EQ(report.dns->base_a_resolves, true);
}

TEST(DnsProbe, ExpiredIsNotUnchecked) {
  struct Case {
    std::int64_t seconds_left;
    std::int64_t days;
    bool expired;
  };
  const Case cases[] = {{kDay, 1, false},     {kDay - 1, 0, false},      {0, 0, false},          {-1, 0, true},
                        {-kDay - 1, 0, true}, {-2 * kDay - 1, -2, true}, {-10 * kDay, -10, true}};
  for (const auto& one : cases) {
    FakeMachine machine;
    install(machine);
    machine.tls.certificates["orama.test"] = outside::Certificate{kNow + one.seconds_left};
    const auto report = run(machine);
    EXPECT_EQ(report.dns->base_tls_days_left, one.days) << one.seconds_left;
    EXPECT_EQ(report.dns->base_tls_expired, one.expired) << one.seconds_left;
  }
}

TEST(DnsProbe, WithoutAWebServerNoCertificateIsChecked) {
  FakeMachine machine;
  install(machine);
  machine.tls.certificates.clear();
  const auto report = run(machine);
  EXPECT_EQ(report.dns->base_tls_days_left, -1);
  EXPECT_EQ(report.dns->wild_tls_days_left, -1);
  EXPECT_EQ(report.dns->base_tls_expired, std::nullopt);
  EXPECT_THAT(report.errors, testing::Contains("dns: unavailable: TLS on port 443: connection refused"));
}

TEST(DnsProbe, WithoutACorefileNothingIsAsked) {
  FakeMachine machine;
  install(machine);
  machine.disk.files.erase(kCorefile);
  machine.disk.files["/etc/coredns/other"] = std::string();
  const auto report = run(machine);
  EXPECT_EQ(report.dns->corefile_exists, false);
  EXPECT_EQ(report.dns->soa_resolves, std::nullopt);
  EXPECT_EQ(report.dns->base_tls_days_left, -1);
  EXPECT_THAT(machine.dns.asked, IsEmpty());
}

TEST(DnsProbe, ACorefileWithoutAZoneIsTold) {
  FakeMachine machine;
  install(machine);
  machine.disk.files[kCorefile] = std::string(". {\n}\n");
  const auto report = run(machine);
  EXPECT_EQ(report.dns->corefile_exists, true);
  EXPECT_EQ(report.dns->soa_resolves, std::nullopt);
  EXPECT_THAT(report.errors, testing::Contains("dns: malformed: /etc/coredns/Corefile: no zone to ask for"));
}

TEST(DnsProbe, TheLocalStubIsNoNameserver) {
  FakeMachine machine;
  machine.disk.files[kCorefile] = std::string();
  machine.sockets.add(Transport::udp, "127.0.0.53", 53);
  machine.sockets.add(Transport::udp, "::1", 53);
  machine.sockets.add(Transport::tcp, "0.0.0.0", 53);
  EXPECT_EQ(run(machine).dns->port_53_bound, false);
}

TEST(DnsProbe, APortBoundTwiceIsTold) {
  FakeMachine machine;
  install(machine);
  machine.sockets.add(Transport::udp, "0.0.0.0", 53);
  machine.sockets.add(Transport::udp, "10.0.0.1", 53);
  const auto report = run(machine);
  EXPECT_EQ(report.dns->port_53_bound, true);
  EXPECT_THAT(report.errors, testing::Contains("dns.port_53_bound: unavailable: 2 UDP sockets share 0.0.0.0 port 53 "
                                               "(unknown, unknown)"));
}

TEST(DnsProbe, KnowsTheNewerUnit) {
  FakeMachine machine;
  machine.disk.files[kCorefile] = std::string();
  machine.units.add("orama-namespace-coredns@nameserver.service").n_restarts = 7;
  machine.journal.units["orama-namespace-coredns@nameserver.service"] = std::vector<std::string>{"[ERROR] x"};
  const auto report = run(machine);
  EXPECT_EQ(report.dns->coredns_active, true);
  EXPECT_EQ(report.dns->coredns_restarts, 7);
  EXPECT_EQ(report.dns->log_errors_5m, 1);
}

}  // namespace
}  // namespace fleetwatch::probe
