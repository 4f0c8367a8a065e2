#include "parse/inventory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace fleetwatch::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Inventory, ReadsAllThreeForms) {
  const auto inventory = parse_inventory(
      "\xEF\xBB\xBF# environment|user@host|role\r\n"
      "\r\n"
      "testnet|ops@203.0.113.10|nameserver-ns1\r\n"
      "  testnet | ops@203.0.113.11 | s3cret | node \r\n"
      "testnet|DOM\\ops@x@n12.example|s3cret|node|~/.ssh/id_lab\n"
      "testnet|local|node\n"
      "testnet|ops@203.0.113.14|node|left over\n"
      "testnet|ops@203.0.113.15||node|/keys/n15",
      "nodes.conf");
  ASSERT_TRUE(inventory.ok()) << to_string(inventory.error());
  ASSERT_EQ(inventory.value().nodes.size(), 6U);
  const auto& nodes = inventory.value().nodes;
  EXPECT_EQ(nodes[0], (model::InventoryNode{"testnet", "ops", "203.0.113.10", "nameserver-ns1", "", {}, 3}));
  EXPECT_EQ(nodes[1], (model::InventoryNode{"testnet", "ops", "203.0.113.11", "node", "", model::Secret("s3cret"), 4}));
  EXPECT_EQ(nodes[2], (model::InventoryNode{"testnet", "DOM\\ops@x", "n12.example", "node", "~/.ssh/id_lab",
                                            model::Secret("s3cret"), 5}));
  EXPECT_TRUE(nodes[3].is_local());
  EXPECT_EQ(nodes[4].role, "node");
  EXPECT_TRUE(nodes[4].password.empty());
  EXPECT_EQ(nodes[5].key_path, "/keys/n15");
  EXPECT_TRUE(nodes[5].password.empty());
}

struct BadLine {
  const char* text;
  const char* where;
  const char* what;
};

TEST(Inventory, NamesThePlaceOfTheFirstError) {
  const BadLine cases[] = {
      {"testnet\n", "f:1", "at least 3 fields"},
      {"a|u@h|node\n\ntestnet|u@h\n", "f:3", "found 2: \"testnet\" and \"u@h\""},
      {"testnet|host|node\n", "f:1", "expected user@host, found \"host\""},
      {"testnet|u@h|hunter2\n", "f:1", "expected a role in field 3"},
      {"testnet|u@h|hunter2|hunter3\n", "f:1", "expected a role in field 3 or 4"},
      {"testnet|u@h|hun|ter2|node\n", "f:1", "expected a role in field 3 or 4"},
      {"testnet|u@h|hun|node|/k|hunter2\n", "f:1", "expected a role"},
      {"|u@h|node\n", "f:1", "expected an environment"},
      {"t|-oProxyCommand=x@h|node\n", "f:1", "not a user name"},
      {"t|u@-oProxyCommand=x|node\n", "f:1", "not a host name"},
      {"t|u@h h|node\n", "f:1", "not a host name"},
      {"t|u@$(id)|node\n", "f:1", "not a host name"},
      {"t|u@\x1b[2J|node\n", "f:1", "\\x1b"},
      {"t|@h|node\n", "f:1", "not a user name"},
      {"t|u@|node\n", "f:1", "not a host name"},
      {"t|u@h|node\nx|u@h|node\nt|v@H|node\n", "f:3", "in line 1"},
      {"t|local|node\nt|local|node\n", "f:2", "in line 1"},
      {"t|u@h|nameserver\x07\n", "f:1", "control character in the role"},
  };
  for (const auto& one : cases) {
    const auto inventory = parse_inventory(one.text, "f");
    ASSERT_FALSE(inventory.ok()) << one.text;
    EXPECT_EQ(inventory.error().where, one.where) << one.text;
    EXPECT_THAT(inventory.error().what, HasSubstr(one.what)) << one.text;
    EXPECT_EQ(inventory.error().kind, ErrorKind::input) << one.text;
    const auto all = to_string(inventory.error()) + inventory.error().help;
    EXPECT_THAT(all, Not(HasSubstr("hun"))) << "a password may be shown";
    EXPECT_THAT(all, Not(HasSubstr("\x1b")));
  }
}

TEST(Inventory, BoundsItsSize) {
  const auto inventory = parse_inventory(std::string(limits::kInventoryBytes + 1, '#'), "f");
  ASSERT_FALSE(inventory.ok());
  EXPECT_EQ(inventory.error().kind, ErrorKind::too_large);
}

class Selection : public ::testing::Test {
 protected:
  const model::Inventory inventory_ =
      parse_inventory("testnet|u@10.0.0.1|node\ndevnet|u@10.0.1.1|node\ntestnet|u@10.0.0.2|node\n", "f").value();
};

TEST_F(Selection, KeepsFileOrder) {
  const auto nodes = select_nodes(inventory_, "testnet", "");
  ASSERT_TRUE(nodes.ok());
  ASSERT_EQ(nodes.value().size(), 2U);
  EXPECT_EQ(nodes.value()[0].host, "10.0.0.1");
  EXPECT_EQ(nodes.value()[1].host, "10.0.0.2");
  EXPECT_EQ(select_nodes(inventory_, "testnet", "10.0.0.2").value().size(), 1U);
}

TEST_F(Selection, NamesKnownEnvironments) {
  const auto nodes = select_nodes(inventory_, "mainnet", "");
  ASSERT_FALSE(nodes.ok());
  EXPECT_EQ(nodes.error().kind, ErrorKind::not_found);
  EXPECT_THAT(nodes.error().what, HasSubstr("\"mainnet\""));
  EXPECT_THAT(nodes.error().help, HasSubstr("devnet, testnet"));
}

TEST_F(Selection, NamesTheNearestHosts) {
  const auto nodes = select_nodes(inventory_, "testnet", "10.0.0.22");
  ASSERT_FALSE(nodes.ok());
  EXPECT_THAT(nodes.error().what, HasSubstr("\"testnet\""));
  EXPECT_THAT(nodes.error().what, HasSubstr("\"10.0.0.22\""));
  EXPECT_EQ(nodes.error().help, "nearest hosts: 10.0.0.2, 10.0.0.1");
}

TEST(InventoryCandidates, FollowTheSearchOrder) {
  EXPECT_THAT(inventory_candidates({"/c", "/v", "/x", "/h"}), ElementsAre("/c"));
  EXPECT_THAT(inventory_candidates({"", "/v", "/x", "/h"}), ElementsAre("/v"));
  EXPECT_THAT(inventory_candidates({"", "", "/x", "/h"}),
              ElementsAre("./scripts/remote-nodes.conf", "/x/fleetwatch/remote-nodes.conf",
                          "/etc/fleetwatch/remote-nodes.conf"));
  EXPECT_THAT(inventory_candidates({"", "", "", "/h"}),
              ElementsAre("./scripts/remote-nodes.conf", "/h/.config/fleetwatch/remote-nodes.conf",
                          "/etc/fleetwatch/remote-nodes.conf"));
}

}  // namespace
}  // namespace fleetwatch::parse
