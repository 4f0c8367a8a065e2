#include "view/llm_report.hpp"

#include <gtest/gtest.h>

#include "unit/view/sample.hpp"

namespace fleetwatch::view {
namespace {

using test::alert;
using test::effect_of;
using test::healthy_snapshot;
using enum model::Severity;

TEST(LlmReport, OfAHealthyClusterReadsLikeTheDocumentedSample) {
  const auto report = llm_report(healthy_snapshot(3), {});
  EXPECT_EQ(report.meta, (model::LlmMeta{.environment = "lab",
                                         .collected_at = "2026-03-01T08:15:28Z",
                                         .duration_seconds = 0.4,
                                         .node_count = 3,
                                         .healthy_count = 3,
                                         .answered_count = 3}));
  EXPECT_EQ(report.summary, (model::LlmSummary{.rqlite_leader = "10.0.0.1",
                                               .rqlite_voters = "3/3",
                                               .rqlite_raft_term = 42,
                                               .wg_mesh_status = "all connected",
                                               .service_health = "all nominal"}));
  EXPECT_TRUE(report.alerts.empty());
  ASSERT_EQ(report.nodes.size(), 3U);
  EXPECT_EQ(report.nodes[0].host, "198.18.7.1");
  EXPECT_EQ(report.nodes[0].status, "healthy");
  EXPECT_EQ(report.nodes[0].collection_ms, 201);
  EXPECT_TRUE(report.nodes[0].report.has_value());
  EXPECT_FALSE(report.nodes[0].error.has_value());
}

TEST(LlmReport, NamesAnUnreachedNodeAndWhy) {
  auto snapshot = healthy_snapshot(3);
  test::make_unreachable(snapshot.nodes[2]);
  const auto report = llm_report(snapshot, test::unreachable_alerts());
  EXPECT_EQ(report.meta.node_count, 3);
  EXPECT_EQ(report.meta.answered_count, 2);
  EXPECT_EQ(report.meta.healthy_count, 2) << "the effects on the other nodes are not theirs";
  EXPECT_EQ(report.nodes[2].status, "unreachable");
  EXPECT_EQ(report.nodes[2].reason, "refused");
  EXPECT_EQ(report.nodes[2].error, "nothing listens on port 22");
  EXPECT_FALSE(report.nodes[2].report.has_value());
  EXPECT_EQ(report.summary.critical_alerts, 3);
  EXPECT_EQ(report.summary.warning_alerts, 2);
  EXPECT_EQ(report.summary.info_alerts, 1);
}

TEST(LlmReport, KeepsAllAlertsSortedBySeverity) {
  const std::vector<model::Alert> alerts = {alert(info, "x.1", "a", ""), alert(warning, "x.2", "a", ""),
                                            alert(critical, "x.3", "a", ""), alert(warning, "x.4", "a", "")};
  std::string order;
  for (const auto& one : llm_report(healthy_snapshot(1), alerts).alerts) order += one.id + " ";
  EXPECT_EQ(order, "x.3 x.2 x.4 x.1 ");
}

TEST(LlmReport, ANodeIsDegradedBy) {
  struct Case {
    const char* name;
    void (*spoil)(model::NodeReport&);
    const char* status;
  };
  const Case cases[] = {
      {"a silent gateway", [](model::NodeReport& r) { r.gateway->responsive = false; }, "degraded"},
      {"a silent rqlite", [](model::NodeReport& r) { r.rqlite->responsive = false; }, "degraded"},
      {"an election", [](model::NodeReport& r) { r.rqlite->raft_state = "Candidate"; }, "degraded"},
      {"an empty raft state", [](model::NodeReport& r) { r.rqlite->raft_state = ""; }, "degraded"},
      {"not an unread raft state", [](model::NodeReport& r) { r.rqlite->raft_state.reset(); }, "healthy"},
      {"no installed gateway", [](model::NodeReport& r) { r.gateway = {}; }, "healthy"},
      {"no installed rqlite", [](model::NodeReport& r) { r.rqlite = {}; }, "healthy"},
  };
  for (const auto& [name, spoil, status] : cases) {
    auto snapshot = healthy_snapshot(2);
    spoil(*snapshot.nodes[1].report);
    const auto report = llm_report(snapshot, {});
    EXPECT_EQ(report.nodes[1].status, status) << name;
    EXPECT_EQ(report.nodes[0].status, "healthy") << name;
  }
}

TEST(LlmReport, ACriticalAlertOfItsOwnDegradesANode) {
  const std::string one = test::lan_ip(1);
  const std::string two = test::lan_ip(2);
  const auto down = alert(critical, "wireguard.interface_down", two, "");
  const auto there = effect_of(down, alert(critical, "wireguard.handshake_never", one, ""));
  auto report = llm_report(healthy_snapshot(2), {down, there});
  EXPECT_EQ(report.nodes[0].status, "healthy") << "its alert follows from the other node";
  EXPECT_EQ(report.nodes[1].status, "degraded");
  report = llm_report(healthy_snapshot(2), {alert(warning, "system.disk_high", one, "")});
  EXPECT_EQ(report.nodes[0].status, "healthy");
}

TEST(LlmReport, SaysWhatIsWrongWithServices) {
  const std::vector<model::Alert> alerts = {
      alert(critical, "service.failed", "a", ""), alert(warning, "service.failed_unit", "a", ""),
      alert(warning, "service.not_active", "a", ""), alert(warning, "service.restart_loop", "b", "")};
  EXPECT_EQ(llm_report(healthy_snapshot(1), alerts).summary.service_health, "2 failed, 1 inactive, 1 restart-looping");
  auto blind = healthy_snapshot(1);
  blind.nodes[0].report->services = {};
  EXPECT_EQ(llm_report(blind, {}).summary.service_health, "unknown");
}

TEST(LlmReport, OfNothingIsEmptyNotWrong) {
  const auto report = llm_report({}, {});
  EXPECT_EQ(report.meta.collected_at, "1970-01-01T00:00:00Z");
  EXPECT_EQ(
      report.summary,
      (model::LlmSummary{
          .rqlite_leader = "none", .rqlite_voters = "0/0", .wg_mesh_status = "unknown", .service_health = "unknown"}));
  EXPECT_TRUE(report.nodes.empty());
}

}  // namespace
}  // namespace fleetwatch::view
