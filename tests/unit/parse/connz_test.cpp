#include "parse/connz.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

ConnectionPage recorded(const std::string& file) {
  return parse_connz(test::fixture("recordings/choria/broker/" + file)).value();
}

std::string kinds_of(const ConnectionPage& page) {
  std::string kinds;
  for (const auto& one : page.connections) kinds += one.name + " " + one.kind + "\n";
  return kinds;
}

TEST(Connz, TellsServersProvisionersAndOthersApart) {
  EXPECT_EQ(kinds_of(recorded("connz-acc-provisioning.json")),
            "root provisioner\nn1.example.net waiting\nn3.example.net waiting\nn2.example.net waiting\n");
  EXPECT_EQ(kinds_of(recorded("connz-v1-x509.json")),
            "op.example.net other\nn2.example.net waiting\nn1.example.net waiting\nn3.example.net waiting\n");
}

TEST(Connz, TellsThemApartWithoutAccounts) {
  EXPECT_EQ(kinds_of(recorded("connz-debian-2.9.10-waiting.json")),
            "n1.example.net waiting\nn3.example.net waiting\nn2.example.net waiting\n");
  EXPECT_EQ(kinds_of(recorded("connz-debian-2.9.10-provisioner-viewer.json")),
            "op.example.net other\nprov1.example.net provisioner\n");
}

TEST(Connz, ReadsAConnection) {
  const auto page = recorded("connz-acc-provisioning.json");
  EXPECT_EQ(page.total, 4U);
  EXPECT_FALSE(page.server_id.empty());
  const auto& n1 = page.connections.at(1);
  EXPECT_EQ(n1.address, "127.0.0.1:48056");
  EXPECT_EQ(n1.account, "provisioning");
  EXPECT_EQ(n1.connected_at, "2026-11-21T09:25:03Z");
  EXPECT_EQ(n1.connected_ms, 8'976);
  EXPECT_EQ(n1.idle_ms, 7'659);
  EXPECT_EQ(n1.subscriptions, 5U);
  EXPECT_EQ(n1.in_msgs, 5U);
  EXPECT_EQ(n1.out_bytes, 9'736U);
}

TEST(Connz, AnUnknownAccountHasNoServer) {
  const auto page = recorded("connz-acc-unknown.json");
  EXPECT_EQ(page.server_id, "");
  EXPECT_TRUE(page.connections.empty());
}

TEST(Connz, ReadsTheAnswerOfTheSystemAccount) {
  const auto page = parse_connz(R"({"server":{"name":"b1","cluster":"C"},"data":{"server_id":"N","total":1,
    "now":"2026-01-01T00:00:10Z","connections":[{"cid":7,"name":"n1","ip":"::1","port":5,"account":"provisioning",
    "start":"2026-01-01T00:00:00Z"}, 3]}})");
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->server_name, "b1");
  ASSERT_EQ(page->connections.size(), 1U);
  EXPECT_EQ(page->connections[0].kind, model::kWaitingServer);
  EXPECT_EQ(page->connections[0].address, "[::1]:5");
  EXPECT_EQ(page->connections[0].cluster, "C");
  EXPECT_EQ(page->connections[0].connected_ms, 10'000);
  EXPECT_EQ(page->connections[0].idle_ms, std::nullopt);
}

TEST(Connz, WhoAnsweredIsSaidByEveryAnswer) {
  EXPECT_EQ(broker_name(R"({"server":{"name":"b1","id":"N"},"statsz":{}})"), "b1");
  EXPECT_EQ(broker_name(R"({"server":{"name":"b1"},"error":{"code":400,"description":"bad account"}})"), "b1");
  for (const char* json : {"", "[]", "{}", R"({"server":1})", R"({"server":{"name":2}})"})
    EXPECT_EQ(broker_name(json), "");
}

TEST(Connz, OtherAnswersAreErrors) {
  for (const auto* text : {"", "[]", "{}", R"({"data":{}})", R"({"total":-1})"}) {
    EXPECT_FALSE(parse_connz(text).ok()) << text;
  }
  const auto refused = parse_connz(R"({"server":{},"error":{"code":400,"description":"bad account"}})");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().what, "bad account");
}

TEST(Connz, AHostileConnectionIsData) {
  const auto page = parse_connz(R"({"total":1,"connections":[{"cid":-1,"name":["x"],"port":"x","start":"never",
    "subscriptions_list":[1,{}],"authorized_user":7}]})");
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->connections.at(0).kind, model::kOtherClient);
  EXPECT_EQ(page->connections.at(0).cid, 0U);
}

}  // namespace
}  // namespace fleetwatch::parse
