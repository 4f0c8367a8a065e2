#include "view/cluster.hpp"

#include <gtest/gtest.h>

#include "unit/view/sample.hpp"

namespace fleetwatch::view {
namespace {

TEST(ClusterRows, OfAHealthyNode) {
  const auto rows = cluster_rows(test::healthy_snapshot(2));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0], (model::ClusterRow{.host = "198.18.7.1",
                                        .role = "nameserver-ns1",
                                        .mem_pct = 41,
                                        .disk_pct = 20,
                                        .rqlite_state = "Leader",
                                        .wg_up = true,
                                        .services = "3/3",
                                        .status = "ok",
                                        .reason = {},
                                        .error = {}}));
}

TEST(ClusterRows, AnUnreachedNodeHasAReasonAndNoValues) {
  auto snapshot = test::healthy_snapshot(1);
  test::make_unreachable(snapshot.nodes[0]);
  EXPECT_EQ(cluster_rows(snapshot)[0], (model::ClusterRow{.host = "198.18.7.1",
                                                          .role = "nameserver-ns1",
                                                          .mem_pct = {},
                                                          .disk_pct = {},
                                                          .rqlite_state = {},
                                                          .wg_up = {},
                                                          .services = {},
                                                          .status = "unreachable",
                                                          .reason = "refused",
                                                          .error = "nothing listens on port 22"}));
}

TEST(ClusterRows, DownAbsentAndUnreadAreThreeThings) {
  auto snapshot = test::healthy_snapshot(3);
  snapshot.nodes[0].report->rqlite->responsive = false;
  snapshot.nodes[0].report->wireguard->interface_up = false;
  snapshot.nodes[1].report->rqlite = {};
  snapshot.nodes[1].report->wireguard->interface_up.reset();
  snapshot.nodes[2].report->system->mem_use_pct = 0;
  const auto rows = cluster_rows(snapshot);
  EXPECT_EQ(rows[0].rqlite_state, "");
  EXPECT_EQ(rows[0].wg_up, false);
  EXPECT_EQ(rows[1].rqlite_state, std::nullopt);
  EXPECT_EQ(rows[1].wg_up, std::nullopt);
  EXPECT_EQ(rows[2].mem_pct, 0);
}

TEST(ClusterRows, KeysAreTheDocumentedOnesInOrder) {
  std::string keys;
  model::for_each_field<model::ClusterRow>([&](const auto& one) { keys += std::string(one.key) + " "; });
  EXPECT_EQ(keys, "host role mem_pct disk_pct rqlite_state wg_up services status reason error ");
}

}  // namespace
}  // namespace fleetwatch::view
