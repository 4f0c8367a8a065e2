// Whole views as a person sees them, kept in tests/golden/view.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

#include "support/golden.hpp"
#include "unit/view/sample.hpp"
#include "view/alerts.hpp"
#include "view/cluster.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

using fleetwatch::test::expect_golden;
using fleetwatch::test::visible_escapes;

void expect_views(const std::string& name, const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                  const Options& options) {
  const std::string cluster = to_text(cluster_document(snapshot, alerts, options), false);
  const std::string list = to_text(alerts_document(snapshot, alerts, options), false);
  EXPECT_EQ(cluster.find('\x1b'), std::string::npos);
  EXPECT_EQ(list.find('\x1b'), std::string::npos);
  expect_golden("view/" + name + ".txt", cluster + "=== alerts ===\n" + list);
}

model::Snapshot one_unreachable() {
  auto snapshot = test::healthy_snapshot(3);
  snapshot.duration_ms = 640;
  test::make_unreachable(snapshot.nodes[2]);
  snapshot.nodes[1].report->system->disk_use_pct = 91;
  return snapshot;
}

// What the reference collector sends from a node where nothing works: zeros and empty texts, no reasons.
model::NodeReport report_of_zeros() {
  model::NodeReport report;
  report.hostname = "";
  model::System system;
  system.mem_use_pct = 0;
  system.disk_use_pct = 0;
  report.system = system;
  report.services = model::Services{};
  model::Rqlite rqlite;
  rqlite.responsive = false;
  rqlite.raft_state = "";
  rqlite.term = 0;
  report.rqlite = rqlite;
  model::Wireguard wireguard;
  wireguard.interface_up = false;
  wireguard.wg_ip = "";
  wireguard.peer_count = 0;
  report.wireguard = wireguard;
  return report;
}

TEST(Golden, HealthyCluster) { expect_views("healthy", test::healthy_snapshot(3), {}, {.width = 80}); }

TEST(Golden, OneUnreachableNodeFolded) {
  expect_views("unreachable", one_unreachable(), test::unreachable_alerts(), {.width = 80});
}

TEST(Golden, OneUnreachableNodeFlat) {
  expect_views("unreachable-flat", one_unreachable(), test::unreachable_alerts(), {.flat = true, .width = 80});
}

TEST(Golden, WithoutATerminalNothingIsCutOrWrapped) {
  expect_views("unreachable-pipe", one_unreachable(), test::unreachable_alerts(), {});
}

TEST(Golden, ReportsOfZerosOfNothingAndOfBrokenParts) {
  auto snapshot = test::healthy_snapshot(4);
  snapshot.nodes[0].report = report_of_zeros();
  snapshot.nodes[1].report = model::NodeReport{};
  snapshot.nodes[2].report->rqlite->raft_state = "Candidate";
  snapshot.nodes[2].report->services->services[1].active_state = "failed";
  snapshot.nodes[2].report->wireguard->peer_count = 1;
  snapshot.nodes[3].report->system->mem_use_pct = 100;
  snapshot.nodes[3].report->wireguard->interface_up.reset();
  expect_views("zeros-and-gaps", snapshot, {}, {.width = 80});
}

TEST(Golden, HostileAndWideNames) {
  auto snapshot = test::healthy_snapshot(4);
  snapshot.nodes[0].node.host = "日本-東京-1";
  snapshot.nodes[1].node.host = "\x1b]0;owned\x07\x1b[31mred";
  snapshot.nodes[2].node.host = std::string(10'000, 'x');
  snapshot.nodes[3].report.reset();
  snapshot.nodes[3].failure =
      model::Failure{model::FailureReason::bad_report, "\x1b[2J\r\nfake prompt $ " + std::string(10'000, 'y')};
  snapshot.nodes[0].report->rqlite->raft_state = "\x9bLeader\u202e";
  using enum model::Severity;
  const std::vector<model::Alert> alerts = {
      test::alert(critical, "service.failed", "日本-東京-1",
                  "unit \x1b[31m失敗 failed and the text is long enough to wrap"),
      test::alert(warning, "service.failed", std::string(10'000, 'x'),
                  "wide: 日本語日本語日本語日本語日本語 日本語日本語"),
  };
  expect_views("hostile", snapshot, alerts, {.width = 80});
}

TEST(Golden, NoNodesAtAll) { expect_views("empty", model::Snapshot{}, {}, {.width = 80}); }

TEST(Golden, Colours) {
  const auto snapshot = one_unreachable();
  const auto alerts = test::unreachable_alerts();
  expect_golden("view/colours.txt",
                visible_escapes(to_text(cluster_document(snapshot, alerts, {.width = 80}), true) + "=== alerts ===\n" +
                                to_text(alerts_document(snapshot, alerts, {.width = 80}), true)));
}

TEST(Golden, TheHarnessCanFail) {
  if (std::getenv("FLEETWATCH_ACCEPT") != nullptr) GTEST_SKIP() << "would write what it must refuse";
  EXPECT_NONFATAL_FAILURE(expect_golden("view/healthy.txt", "something else\n"), "line 1");
  EXPECT_NONFATAL_FAILURE(expect_golden("view/no-such-case.txt", ""), "is missing");
}

}  // namespace
}  // namespace fleetwatch::view
