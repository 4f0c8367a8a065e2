#include "io/links.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/network_namespace.hpp"

namespace fleetwatch::io {
namespace {

using outside::Link;
using outside::LinkTable;

Result<LinkTable> read() {
  NetlinkLinks links;
  return links.read();
}

TEST(NetlinkLinks, SeesTheLoopbackInterface) {
  const auto table = read();
  ASSERT_TRUE(table.ok()) << to_string(table.error());
  const auto loopback = std::ranges::find(table->links, "lo", &Link::name);
  ASSERT_NE(loopback, table->links.end());
  EXPECT_TRUE(loopback->up);
  EXPECT_GT(loopback->mtu, 0U);
  EXPECT_NE(std::ranges::find(loopback->ipv4_addresses, "127.0.0.1"), loopback->ipv4_addresses.end());
}

TEST(NetlinkLinks, TellsDownFromUp) {
  LinkTable before;
  LinkTable after;
  const bool made = test::in_empty_network([&] {
    before = read().value_or({});
    ASSERT_TRUE(test::bring_loopback_up());
    after = read().value_or({});
  });
  if (!made) GTEST_SKIP() << "network namespaces need root";
  ASSERT_FALSE(before.links.empty());
  const auto loopback_before = std::ranges::find(before.links, "lo", &Link::name);
  ASSERT_NE(loopback_before, before.links.end());
  EXPECT_FALSE(loopback_before->up);
  EXPECT_TRUE(loopback_before->ipv4_addresses.empty());
  EXPECT_TRUE(std::ranges::find(after.links, "lo", &Link::name)->up);
}

TEST(NetlinkLinks, ReadsTheMainTableAlone) {
  LinkTable without;
  LinkTable with;
  const bool made = test::in_empty_network([&] {
    ASSERT_TRUE(test::bring_loopback_up());
    without = read().value_or({});
    ASSERT_TRUE(test::add_default_route_over_loopback());
    with = read().value_or({});
  });
  if (!made) GTEST_SKIP() << "network namespaces need root";
  EXPECT_TRUE(without.ipv4_routes.empty()) << "the loopback's own routes are in the table `local`";
  ASSERT_EQ(with.ipv4_routes.size(), 1U);
  EXPECT_TRUE(with.ipv4_routes[0].is_default);
  EXPECT_EQ(with.ipv4_routes[0].interface, "lo");
}

}  // namespace
}  // namespace fleetwatch::io
