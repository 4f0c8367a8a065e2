// The table of rules as a whole, and what every alert promises.
#include <gtest/gtest.h>

#include <set>

#include "alert/address.hpp"
#include "alert/hint.hpp"
#include "alert/wording.hpp"
#include "base/terminal_text.hpp"
#include "builders.hpp"

namespace fleetwatch::alert::testing {
namespace {

using model::Snapshot;

TEST(RuleTable, EveryRuleIsComplete) {
  std::set<std::string_view> ids;
  for (const auto& rule : rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id << " twice";
    EXPECT_NE(rule.id.find('.'), std::string_view::npos) << rule.id;
    EXPECT_TRUE(rule.meaning.ends_with('.')) << rule.id;
    EXPECT_FALSE(rule.fires.empty() || rule.fires.ends_with('.')) << rule.id;
    EXPECT_FALSE(rule.unless.ends_with('.')) << rule.id;
    EXPECT_TRUE(rule.causes.front().ends_with('.')) << rule.id << " has no likely cause";
    EXPECT_FALSE(given(rule.checks).empty()) << rule.id;
    for (const auto& check : given(rule.checks)) EXPECT_FALSE(check.shows.empty()) << rule.id;
    EXPECT_NE(rule.evaluate, nullptr) << rule.id;
    if (rule.scope == Scope::cluster) {
      EXPECT_EQ(rule.asks, Asks::fleet) << rule.id;
    }
  }
  for (const auto& rule : rules()) EXPECT_FALSE(ids.contains(rule.also_known_as)) << rule.also_known_as;
  EXPECT_GE(ids.size(), 87U);
}

TEST(RuleTable, IsInTheOrderOfEvaluation) {
  std::vector<Asks> order;
  for (const auto& rule : rules()) order.push_back(rule.asks);
  EXPECT_EQ(order.front(), Asks::unreached);
  EXPECT_EQ(order.back(), Asks::node);
  const auto first_node = std::find(order.begin(), order.end(), Asks::node);
  EXPECT_TRUE(std::all_of(first_node, order.end(), [](Asks asks) { return asks == Asks::node; }));
}

// A fleet in which about everything is wrong, and every text from a node is hostile.
Snapshot hostile_fleet() {
  const std::string evil = "\x1b[2J\x07';rm -rf ~;'\xe2\x80\xae\xff\n" + std::string(5000, 'x');
  auto s = healthy_fleet(3);
  for (std::size_t i = 0; i < 2; ++i) {
    auto& r = report(s, i);
    r.version = evil + std::to_string(i);
    r.errors = {evil + ": denied: no", "dns: timeout: " + evil};
    r.services->services.push_back(unit(evil, "failed"));
    r.services->services.push_back(unit(evil + "2", evil));
    auto looping = unit(evil + "3");
    looping.restart_loop_risk = true;
    r.services->services.push_back(looping);
    r.services->failed_units = {evil + "4"};
    model::RqliteMember lost;
    lost.reachable = false;
    r.rqlite->nodes->emplace(evil, lost);
    r.rqlite->leader_addr = evil + std::to_string(i);
    r.rqlite->last_contact = evil;
    r.wireguard->peers->front().public_key = evil;
    r.wireguard->peers->front().allowed_ips = evil;
    r.wireguard->peers->front().latest_handshake = 0;
    model::GatewaySubsystem broken;
    broken.status = broken.error = evil;
    r.gateway->subsystems->emplace(evil, broken);
    r.network->ufw_rules = std::vector<std::string>{"5001 ALLOW IN " + evil};
    model::Namespace tenant;
    tenant.name = evil;
    tenant.gateway_up = tenant.rqlite_up = false;
    r.namespaces = std::vector{tenant};
    r.vault->status = evil;
  }
  s.nodes[2].report.reset();
  s.nodes[2].failure = model::Failure{model::FailureReason::bad_report, evil};
  return s;
}

TEST(Alerts, HostileTextIsHarmless) {
  const auto alerts = judge(hostile_fleet());
  EXPECT_GT(alerts.size(), 20U);
  for (const auto& alert : alerts) {
    auto texts = alert.commands;
    texts.insert(texts.end(), {alert.message, alert.hint, alert.key});
    for (const auto& text : texts) {
      EXPECT_EQ(terminal_safe(text), text) << alert.id;
      EXPECT_LE(text.size(), 10 * limits::kMessageBytes) << alert.id;
    }
    for (const auto& command : alert.commands) EXPECT_EQ(command.find("rm -rf"), std::string::npos) << command;
  }
}

TEST(Alerts, KeysAreUniqueAndHintsAreFilledIn) {
  const auto alerts = judge(hostile_fleet());
  std::set<std::string> all;
  for (const auto& alert : alerts) {
    EXPECT_TRUE(all.insert(alert.key).second) << alert.key;
    EXPECT_TRUE(alert.key.starts_with(alert.id + "@" + alert.node)) << alert.key;
    EXPECT_EQ(alert.subsystem, alert.id.substr(0, alert.id.find('.')));
    EXPECT_FALSE(alert.hint.empty()) << alert.id;
    EXPECT_GE(alert.commands.size(), 1U) << alert.id;
    EXPECT_LE(alert.commands.size(), 3U) << alert.id;
    for (const auto& command : alert.commands) EXPECT_EQ(command.find('{'), std::string::npos) << command;
  }
}

TEST(Alerts, AreSortedBySeverity) {
  const auto alerts = judge(hostile_fleet());
  EXPECT_TRUE(std::is_sorted(alerts.begin(), alerts.end(),
                             [](const auto& a, const auto& b) { return a.severity < b.severity; }));
}

TEST(Alerts, SameDataSameBytes) {
  const auto once = text_of(judge(hostile_fleet()));
  EXPECT_EQ(once, text_of(judge(hostile_fleet())));

  auto shuffled = hostile_fleet();
  for (auto& node : shuffled.nodes) {
    if (!node.report) continue;
    std::reverse(node.report->wireguard->peers->begin(), node.report->wireguard->peers->end());
    std::reverse(node.report->services->services.begin(), node.report->services->services.end());
    std::reverse(node.report->olric->members->begin(), node.report->olric->members->end());
  }
  EXPECT_EQ(once, text_of(judge(shuffled)));
}

TEST(Alerts, DoNotDependOnOrderInsideAReport) {
  auto snapshot = healthy_fleet(3);
  model::Namespace a;
  a.name = "a";
  a.gateway_up = false;
  model::Namespace b = a;
  b.name = "b";
  report(snapshot, 0).namespaces = std::vector{a, b};
  const auto once = text_of(judge(snapshot));
  report(snapshot, 0).namespaces = std::vector{b, a};
  EXPECT_EQ(once, text_of(judge(snapshot)));
}

TEST(Wording, CutsWithoutBreakingCharacters) {
  EXPECT_EQ(foreign("a\x1b[0m"), "a\\x1b[0m");
  EXPECT_EQ(foreign("äöü", 3), "ä…");
  EXPECT_EQ(foreign("äöü", 6), "äöü");
  EXPECT_EQ(foreign("abcdef", 5), "abcde…");
  EXPECT_EQ(name_list({"a", "b", "c"}, 2), "a, b and 1 more");
  EXPECT_FALSE(is_plain_word("a b"));
  EXPECT_FALSE(is_plain_word(""));
  EXPECT_FALSE(is_plain_word("-oProxyCommand=x"));
  EXPECT_TRUE(is_plain_word("wg-quick@wg0"));
}

TEST(Address, Networks) {
  EXPECT_EQ(ipv4("10.0.0.1"), 0x0A000001U);
  for (const auto* bad : {"", "10.0.0", "10.0.0.256", "10.0.0.-1", "10.0.0.1.1", "a.b.c.d"}) {
    EXPECT_FALSE(ipv4(bad)) << bad;
  }
  for (const auto* bad : {"10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/24"}) EXPECT_FALSE(network4(bad)) << bad;
  EXPECT_TRUE(contains(*network4("10.0.0.0/24"), *network4("10.0.0.7")));
  EXPECT_FALSE(contains(*network4("10.0.0.0/24"), *network4("10.0.0.0/16")));
  EXPECT_TRUE(contains(*network4("0.0.0.0/0"), *network4("10.0.0.0/8")));
  EXPECT_EQ(host_part("10.0.0.1:7001"), "10.0.0.1");
  EXPECT_EQ(host_part("[fd00::1]:7001"), "fd00::1");
  EXPECT_EQ(host_part("fd00::1"), "fd00::1");
  EXPECT_EQ(host_part("[fd00"), "[fd00");
  EXPECT_EQ(host_addresses("10.0.0.0/24, 10.0.0.2/32,fd00::2/128"), (std::vector<std::string>{"10.0.0.2", "fd00::2"}));
}

TEST(Duration, GoText) {
  EXPECT_EQ(duration_ms("0"), 0);
  EXPECT_DOUBLE_EQ(duration_ms("43ms").value_or(-1), 43);
  EXPECT_DOUBLE_EQ(duration_ms("6.17s").value_or(-1), 6170);
  EXPECT_DOUBLE_EQ(duration_ms("1h2m3.5s").value_or(-1), 3'723'500);
  EXPECT_DOUBLE_EQ(duration_ms("15µs").value_or(-1), 0.015);
  for (const auto* bad : {"", "never", "5", "s", "-3s", "1x", "nan", "1s "}) EXPECT_FALSE(duration_ms(bad)) << bad;
}

}  // namespace
}  // namespace fleetwatch::alert::testing
