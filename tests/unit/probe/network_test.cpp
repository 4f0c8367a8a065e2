#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "probe/retransmission.hpp"
#include "support/process_lines.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using parse::TcpSample;
using test::FakeMachine;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kSamples = "/run/fleetwatch/tcp";

struct Network : testing::Test {
  Network() {
    auto& files = machine.kernel_files;
    files.put("/proc/net/snmp", "Tcp: CurrEstab OutSegs RetransSegs\nTcp: 31 20000 50\n");
    files.put("/proc/net/sockstat", "TCP: inuse 2 orphan 0 tw 4 alloc 2 mem 96\n");
    files.put("/proc/uptime", "90061.99 1.00\n");
    files.put("/proc/800/stat", test::stat_line({800, "rqlited", 'S', 1}));
    machine.kernel_files.links.insert_or_assign("/proc/800/fd", std::vector<std::string>{"socket:[11]"});
    (*machine.links.table).ipv4_routes = {{true, "eth0"}, {false, "wg0"}};
    machine.sockets.add(outside::Transport::udp, "0.0.0.0", 53, 0);
    machine.sockets.add(outside::Transport::tcp, "::1", 5001, 0);
    machine.sockets.add(outside::Transport::tcp, "127.0.0.1", 5001, 11);
    machine.sockets.add(outside::Transport::tcp, "0.0.0.0", 53, 0);
  }
  model::NodeReport run() { return test::run_probe(machine, "network", probe_network, options); }
  void enable_ufw() {
    machine.disk.files["/etc/ufw/ufw.conf"] = "ENABLED=yes\n";
    machine.disk.files["/etc/default/ufw"] = "IPV6=yes\n";
    machine.disk.files["/etc/ufw/user.rules"] = "### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n";
    machine.disk.files["/etc/ufw/user6.rules"] = "### tuple ### allow tcp 22 ::/0 any ::/0 in\n";
    (*machine.firewall.hooks).push_back({"ip", "filter", "INPUT", true, {"ufw-before-input", "ufw-after-input"}});
  }

  FakeMachine machine;
  Options options;
};

TEST_F(Network, ReadsTheMachine) {
  const auto report = run();
  const auto& section = *report.network;
  EXPECT_EQ(section.internet_reachable, true);
  EXPECT_THAT(machine.echo.asked, ElementsAre("8.8.8.8"));
  EXPECT_EQ(section.default_route, true);
  EXPECT_EQ(section.wg_route_exists, true);
  EXPECT_EQ(section.tcp_established, 31);
  EXPECT_EQ(section.tcp_time_wait, 4);
  EXPECT_EQ(section.tcp_retrans_pct, 0.25);
  EXPECT_EQ(section.tcp_retrans_pct_boot, 0.25);
  EXPECT_EQ(section.tcp_retrans_window_sec, 90061);
  EXPECT_EQ(section.ufw_active, false) << "not installed";
  EXPECT_EQ(section.ufw_rules, std::nullopt);
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST_F(Network, ListsEachPortAndProtocolOnce) {
  const auto report = run();
  std::vector<std::string> ports;
  for (const auto& port : report.network->listening_ports) {
    ports.push_back(std::to_string(port.port) + "/" + port.proto + " " + port.process.value_or("?"));
  }
  EXPECT_THAT(ports, ElementsAre("53/tcp ?", "53/udp ?", "5001/tcp rqlited"));
}

TEST_F(Network, AsksNobodyWhenTheTargetIsNone) {
  options.internet_target = "none";
  const auto report = run();
  EXPECT_EQ(report.network->internet_reachable, std::nullopt);
  EXPECT_THAT(machine.echo.asked, IsEmpty());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST_F(Network, KeepsTheRestWhenSourcesFail) {
  machine.echo.answer = test::denied();
  machine.links.table = test::denied();
  machine.sockets.sockets = test::denied();
  machine.kernel_files.files.erase("/proc/net/snmp");
  const auto report = run();
  EXPECT_EQ(report.network->internet_reachable, std::nullopt);
  EXPECT_EQ(report.network->default_route, std::nullopt);
  EXPECT_EQ(report.network->tcp_time_wait, 4);
  EXPECT_EQ(report.network->tcp_established, std::nullopt);
  EXPECT_THAT(report.errors,
              testing::UnorderedElementsAre(StartsWith("network.internet_reachable: denied: 8.8.8.8"),
                                            StartsWith("network.default_route: denied: "),
                                            StartsWith("network.listening_ports: denied: "),
                                            StartsWith("network.tcp_established: unavailable: /proc/net/snmp")));
}

TEST_F(Network, CountsRetransmissionsSinceAnEarlierReport) {
  const auto before = machine.clock.unix_ms() - 30'000;
  machine.disk.files[kSamples] = std::to_string(before) + " 19000 10\n";
  const auto report = run();
  EXPECT_EQ(report.network->tcp_retrans_pct, 4.0);
  EXPECT_EQ(report.network->tcp_retrans_window_sec, 30);
  EXPECT_EQ(report.network->tcp_retrans_pct_boot, 0.25);
  EXPECT_EQ(machine.disk.written[kSamples],
            std::to_string(before) + " 19000 10\n" + std::to_string(machine.clock.unix_ms()) + " 20000 50\n");
}

TEST_F(Network, IsSilentWhereSamplesCannotBeKept) {
  machine.disk.write_error = test::denied();
  machine.disk.files[kSamples] = test::denied();
  const auto report = run();
  EXPECT_EQ(report.network->tcp_retrans_pct, 0.25);
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST_F(Network, FirewallIsActiveWhenEnabledAndInTheKernel) {
  enable_ufw();
  const auto report = run();
  EXPECT_EQ(report.network->ufw_active, true);
  EXPECT_THAT(*report.network->ufw_rules, ElementsAre("[ 1] 22/tcp                     ALLOW IN    Anywhere",
                                                      "[ 2] 22/tcp (v6)                ALLOW IN    Anywhere (v6)"));
  EXPECT_THAT(report.errors, IsEmpty());
  machine.disk.files["/etc/default/ufw"] = "IPV6=no\n";
  EXPECT_EQ(run().network->ufw_rules->size(), 1U);
}

TEST_F(Network, AFirewallThatTheKernelDoesNotHaveIsNotActive) {
  enable_ufw();
  (*machine.firewall.hooks)[0].jump_targets = {"DOCKER-USER"};
  auto report = run();
  EXPECT_EQ(report.network->ufw_active, false);
  EXPECT_EQ(report.network->ufw_rules, std::nullopt);

  machine.kernel_files.put("/proc/net/ip_tables_names", "nat\nfilter\n");
  report = run();
  EXPECT_EQ(report.network->ufw_active, true);
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("network.ufw_active: unavailable: ")));
}

TEST_F(Network, BelievesTheFileWhereTheKernelCannotBeAsked) {
  enable_ufw();
  machine.firewall.hooks = test::denied();
  machine.disk.files["/etc/ufw/user.rules"] = test::denied();
  const auto report = run();
  EXPECT_EQ(report.network->ufw_active, true);
  EXPECT_EQ(report.network->ufw_rules, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("network.ufw_active: denied: "),
                                         StartsWith("network.ufw_rules: denied: /etc/ufw/user.rules")));
}

TEST_F(Network, DoesNotSayOffWhenTheSwitchCannotBeRead) {
  machine.disk.files["/etc/ufw/ufw.conf"] = test::Hang{};
  const auto report = run();
  EXPECT_EQ(report.network->ufw_active, std::nullopt);
  EXPECT_EQ(report.network->tcp_established, 31);
  EXPECT_THAT(report.errors, ElementsAre(StartsWith("network.ufw_active: timeout: ")));
}

TEST(Retransmission, CountsFromTheYoungestSampleThatIsLongEnoughAgo) {
  const TcpSample now{1'000'000, 20'000, 50};
  struct Case {
    const char* what;
    std::vector<TcpSample> samples;
    std::optional<std::int64_t> base_unix_ms;
  };
  for (const auto& [what, samples, base_unix_ms] : {
           Case{"no sample", {}, std::nullopt},
           Case{"the youngest", {{900'000, 10'000, 1}, {980'000, 19'000, 2}, {995'000, 19'500, 3}}, 980'000},
           Case{"exactly 10 s and 200 segments", {{990'000, 19'800, 2}}, 990'000},
           Case{"too few segments", {{900'000, 10'000, 1}, {980'000, 19'801, 2}}, 900'000},
           Case{"exactly 10 min", {{400'000, 10'000, 1}}, 400'000},
           Case{"too old", {{399'999, 10'000, 1}}, std::nullopt},
           Case{"of an earlier boot", {{980'000, 30'000, 1}}, std::nullopt},
           Case{"a clock set back", {{1'100'000, 10'000, 1}}, std::nullopt},
       }) {
    const auto base = base_sample(samples, now);
    EXPECT_EQ(base ? std::optional(base->unix_ms) : std::nullopt, base_unix_ms) << what;
  }
}

TEST(Retransmission, KeepsAtMostOneSampleInTenSeconds) {
  const TcpSample now{1'000'000, 20'000, 50};
  const TcpSample old{300'000, 1, 1};
  const TcpSample earlier{980'000, 19'000, 2};
  const TcpSample recent{991'000, 19'500, 3};
  EXPECT_THAT(samples_to_keep({old, earlier}, now).value(), ElementsAre(earlier, now));
  EXPECT_EQ(samples_to_keep({earlier, recent}, now), std::nullopt);
  EXPECT_THAT(samples_to_keep({{1'100'000, 1, 1}}, now).value(), ElementsAre(now)) << "from the future";
}

TEST(Retransmission, SharesHaveThreeDecimals) {
  EXPECT_EQ(retransmission_pct({0, 0, 0}, {1, 19400, 1}), 0.005);
  EXPECT_EQ(retransmission_pct({0, 100, 0}, {1, 100, 5}), 0) << "nothing sent";
}

}  // namespace
}  // namespace fleetwatch::probe
