#include "view/connection_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::view {
namespace {

using model::BrokerConnection;
using model::BrokerConnections;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

BrokerConnection connection(std::uint64_t cid, const std::string& name, std::uint64_t subscriptions = 5) {
  BrokerConnection one;
  one.cid = cid;
  one.name = name;
  one.subscriptions = subscriptions;
  one.broker = "broker1.example.net";
  one.cluster = "CHORIA";
  one.account = "provisioning";
  return one;
}

BrokerConnection recorded(std::uint64_t cid, const std::string& name, const std::string& address, std::int64_t seconds,
                          std::uint64_t in_msgs, std::uint64_t out_msgs, std::uint64_t in_bytes,
                          std::uint64_t out_bytes) {
  auto one = connection(cid, name);
  one.address = address;
  one.connected_ms = seconds * 1000;
  one.in_msgs = in_msgs;
  one.out_msgs = out_msgs;
  one.in_bytes = in_bytes;
  one.out_bytes = out_bytes;
  return one;
}

std::vector<std::uint64_t> cids(const model::ConnectionReport& report) {
  std::vector<std::uint64_t> found;
  for (const auto& one : report.connections) found.push_back(one.cid);
  return found;
}

TEST(ConnectionReport, IsTheReferencesByteForByte) {
  constexpr std::uint64_t kKib = 1024;
  BrokerConnections all;
  all.waiting = {recorded(26, "n2.example.net", "127.0.0.1:48078", 180, 18, 16, 23 * kKib + 205, 38 * kKib + 205),
                 recorded(24, "n1.example.net", "127.0.0.1:48056", 180, 17, 16, 22 * kKib + 205, 38 * kKib + 205),
                 recorded(25, "n3.example.net", "127.0.0.1:48068", 180, 17, 16, 22 * kKib + 205, 38 * kKib + 205)};
  all.provisioners = {recorded(22, "root", "127.0.0.1:48042", 182, 364, 366, 26 * kKib, 20 * kKib)};
  all.provisioners.front().subscriptions = 2;
  auto expected = test::fixture("recordings/choria/broker/cli-report-conns.txt");
  const auto begin = expected.find("--- stdout\n") + std::string("--- stdout\n").size();
  expected = expected.substr(begin, expected.find("--- stderr") - begin);
  EXPECT_EQ(connection_report_text(connection_report(all, {})), expected);
}

TEST(ConnectionReport, SortsByEveryNumber) {
  auto a = connection(1, "a", 9);
  auto b = connection(2, "b", 1);
  auto c = connection(3, "c", 5);
  a.in_bytes = 2, b.in_bytes = 1, c.in_bytes = 3;
  a.out_bytes = 1, b.out_bytes = 3, c.out_bytes = 2;
  a.in_msgs = 3, b.in_msgs = 2, c.in_msgs = 1;
  a.out_msgs = 3, b.out_msgs = 1, c.out_msgs = 2;
  a.connected_ms = 5, b.connected_ms = 7;  // c does not say
  BrokerConnections all;
  all.others = {c, a, b};
  const struct {
    const char* sort;
    std::vector<std::uint64_t> cids;
  } cases[] = {{"subs", {2, 3, 1}},     {"in-bytes", {2, 1, 3}}, {"out-bytes", {1, 3, 2}}, {"in-msgs", {3, 2, 1}},
               {"out-msgs", {2, 3, 1}}, {"uptime", {3, 1, 2}},   {"cid", {1, 2, 3}}};
  for (const auto& one : cases) {
    EXPECT_EQ(cids(connection_report(all, {one.sort})), one.cids) << one.sort;
    auto reversed = one.cids;
    std::reverse(reversed.begin(), reversed.end());
    EXPECT_EQ(cids(connection_report(all, {one.sort, true})), reversed) << one.sort;
  }
}

TEST(ConnectionReport, TheTopAreTheLargestInEitherOrder) {
  BrokerConnections all;
  for (std::uint64_t cid = 1; cid <= 5; ++cid) all.others.push_back(connection(cid, "c", cid));
  const auto rising = connection_report(all, {"subs", false, 2});
  EXPECT_THAT(cids(rising), ElementsAre(4, 5));
  EXPECT_EQ(rising.total, 5U);
  EXPECT_EQ(rising.subscriptions, 15U);  // of all
  EXPECT_THAT(cids(connection_report(all, {"subs", true, 2})), ElementsAre(5, 4));
  EXPECT_THAT(connection_report_text(rising),
              AllOf(HasSubstr("Top 2 Connections out of 5 by subs"), HasSubstr("Totals for 5 connections")));
  EXPECT_EQ(connection_report(all, {"subs", false, 0}).connections.size(), 5U);
}

TEST(ConnectionReport, CountsPerServerFewestFirst) {
  BrokerConnections all;
  all.others = {connection(1, "a"), connection(2, "b"), connection(3, "c")};
  all.others[1].broker = "b2";
  all.others[1].cluster = "";
  const auto report = connection_report(all, {});
  ASSERT_EQ(report.servers.size(), 2U);
  EXPECT_EQ(report.servers[0], (model::ServerConnections{"b2", "", 1}));
  EXPECT_EQ(report.servers[1], (model::ServerConnections{"broker1.example.net", "CHORIA", 2}));
}

TEST(ConnectionReport, NumbersAsTheReferenceWritesThem) {
  const struct {
    std::uint64_t bytes;
    const char* text;
  } cases[] = {{0, " 0 B "},         {464, " 464 B "},    {1023, " 1023 B "},     {4608, " 4.5 KiB "},
               {10188, " 9.9 KiB "}, {10200, " 10 KiB "}, {1048576, " 1.0 MiB "}, {18446744073709551615U, " 16 EiB "}};
  for (const auto& one : cases) {
    BrokerConnections all;
    all.others = {connection(1, "a")};
    all.others[0].in_bytes = one.bytes;
    EXPECT_THAT(connection_report_text(connection_report(all, {})), HasSubstr(one.text));
  }
  BrokerConnections all;
  all.others = {connection(1, "a"), connection(2, "b")};
  all.others[0].in_msgs = 1234567;
  all.others[0].connected_ms = 93'784'999;
  all.others[1].connected_ms = 3'600'000;
  EXPECT_THAT(connection_report_text(connection_report(all, {})),
              AllOf(HasSubstr(" 1,234,567 "), HasSubstr(" 1d2h3m4s "), HasSubstr(" 1h0m0s ")));
}

TEST(ConnectionReport, OneConnectionHasNoTotals) {
  BrokerConnections all;
  all.others = {connection(1, "a")};
  EXPECT_THAT(connection_report_text(connection_report(all, {})), Not(HasSubstr("Totals")));
  EXPECT_THAT(connection_report_text(connection_report({}, {})), Not(HasSubstr("Connections per server")));
}

TEST(ConnectionReport, CutsAndEscapesNames) {
  BrokerConnections all;
  all.others = {connection(1, std::string(39, 'x') + "\xc3\xa9" + "y"), connection(2, std::string(40, 'z')),
                connection(3, "evil\x1b[2J\n")};
  all.others[0].account = std::string(56, 'A');
  const auto text = connection_report_text(connection_report(all, {}));
  EXPECT_THAT(text, AllOf(HasSubstr(" " + std::string(39, 'x') + " .. "), HasSubstr(" " + std::string(40, 'z') + " "),
                          HasSubstr(R"(evil\x1b[2J\x0a)"), Not(HasSubstr("\x1b")), HasSubstr(" AAAAAAAAAAAA .. ")));
}

TEST(ConnectionReport, SaysWhatIsMissing) {
  BrokerConnections all;
  all.account = "none";
  all.unknown_account = true;
  all.brokers = {{"b2:8222", 0, "connection refused"}};
  EXPECT_THAT(connection_report_text(connection_report(all, {})),
              AllOf(HasSubstr("No broker knows the account \"none\""), HasSubstr("b2:8222: connection refused\n")));
}

}  // namespace
}  // namespace fleetwatch::view
