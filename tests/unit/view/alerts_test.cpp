#include "view/alerts.hpp"

#include <gtest/gtest.h>

#include "unit/view/sample.hpp"
#include "view/text.hpp"
#include "view/verdict.hpp"

namespace fleetwatch::view {
namespace {

using test::alert;
using test::effect_of;
using enum model::Severity;

std::string text_of(const Line& line) { return to_text(Document{{line}}, false); }

TEST(Fold, AnEffectOfAnEffectBelongsToTheFirstCause) {
  const auto root = alert(warning, "service.not_active", "a", "orama-node is inactive");
  const auto middle = effect_of(root, alert(warning, "rqlite.unresponsive", "a", "not responding"));
  const auto leaf = effect_of(middle, alert(critical, "rqlite.peer_unreachable", "b", "a unreachable"));
  const std::vector<model::Alert> alerts = {leaf, middle, root};
  const auto groups = fold(alerts);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].cause->key, root.key);
  EXPECT_EQ(groups[0].effects.size(), 2U);
  EXPECT_EQ(groups[0].severity, critical) << "a group is as bad as its worst alert";
}

TEST(Fold, OrdersGroupsByTheirWorstAlertAndKeepsTies) {
  const auto first = alert(warning, "system.disk_high", "a", "");
  const auto second = alert(warning, "system.disk_high", "b", "");
  const auto promoted = alert(info, "service.x", "c", "");
  const std::vector<model::Alert> alerts = {first, second, promoted,
                                            effect_of(promoted, alert(critical, "dns.y", "c", ""))};
  const auto groups = fold(alerts);
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_EQ(groups[0].cause->node, "c");
  EXPECT_EQ(groups[1].cause->node, "a");
  EXPECT_EQ(groups[2].cause->node, "b");
}

TEST(Fold, AnUnknownCauseHidesNothing) {
  auto lonely = alert(critical, "rqlite.unresponsive", "a", "");
  lonely.caused_by = "service.failed@a/not-in-the-list";
  const std::vector<model::Alert> alerts = {lonely};
  EXPECT_EQ(fold(alerts).size(), 1U);
}

TEST(Fold, ACircleLosesNoAlert) {
  auto a = alert(warning, "x.a", "n", "");
  auto b = alert(critical, "x.b", "n", "");
  auto c = alert(info, "x.c", "n", "");
  a.caused_by = b.key;
  b.caused_by = a.key;
  c.caused_by = b.key;
  auto self = alert(info, "x.self", "n", "");
  self.caused_by = self.key;
  const std::vector<model::Alert> alerts = {c, b, a, self};
  const auto groups = fold(alerts);
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].cause->key, b.key);
  EXPECT_EQ(groups[0].effects.size(), 2U);
  EXPECT_EQ(groups[1].cause->key, self.key);
}

TEST(Fold, ALongChainIsNoTrouble) {
  std::vector<model::Alert> alerts = {alert(warning, "x.0", "n", "")};
  for (int i = 1; i < 20'000; ++i) {
    alerts.push_back(effect_of(alerts.back(), alert(info, "x." + std::to_string(i), "n", "")));
  }
  const auto groups = fold(alerts);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].effects.size(), alerts.size() - 1);
}

TEST(AlertLines, EffectsOnManyNodesAreCounted) {
  const auto cause = alert(critical, "ssh.collect_failed", "z", "collection failed");
  std::vector<model::Alert> alerts = {cause};
  for (const char* node : {"a", "b", "c", "d", "d"}) {
    alerts.push_back(effect_of(cause, alert(critical, "wireguard.handshake_never", node, "")));
  }
  const auto lines = alert_lines(alerts, {}, {});
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(text_of(lines[1]), "       └ 5 effects: wireguard on 4 nodes\n");
}

TEST(AlertLines, ASingleEffectIsSaidInFull) {
  const auto cause = alert(critical, "service.failed", "a", "orama-olric failed");
  const std::vector<model::Alert> alerts = {
      cause, effect_of(cause, alert(critical, "olric.service_down", "a", "service down"))};
  EXPECT_EQ(text_of(alert_lines(alerts, {}, {}).back()), "       └ 1 effect: olric on a: service down\n");
}

TEST(AlertLines, InfoOnlyWhereAskedFor) {
  const std::vector<model::Alert> alerts = {alert(info, "system.zombies", "a", "2 zombies")};
  EXPECT_TRUE(alert_lines(alerts, {}, {.info = false, .hints = false}).empty());
  EXPECT_EQ(alert_lines(alerts, {}, {.info = true, .hints = false}).size(), 1U);
}

struct VerdictCase {
  std::vector<model::Alert> alerts;
  std::string text;
};

TEST(Verdict, SaysWhatAndHowMuchWasSeen) {
  const auto cause = alert(critical, "service.failed", "a", "");
  const auto effect = effect_of(cause, alert(warning, "dns.x", "a", ""));
  const auto warn = alert(warning, "system.disk_high", "a", "");
  const auto note = alert(info, "system.zombies", "a", "");
  const VerdictCase cases[] = {
      {{}, "OK: no alerts,"},
      {{note, note}, "OK: no critical or warning alerts, 2 info,"},
      {{warn}, "WARNING: 1 warning alert;"},
      {{cause}, "CRITICAL: 1 critical alert;"},
      {{cause, warn}, "CRITICAL: 1 critical, 1 warning alerts;"},
      {{cause, effect, warn, note}, "CRITICAL: 1 critical, 2 warning alerts from 2 causes;"},
      {{cause, effect}, "CRITICAL: 1 critical, 1 warning alerts from 1 cause;"},
  };
  for (const auto& [alerts, text] : cases) {
    EXPECT_EQ(text_of(verdict(test::healthy_snapshot(3), alerts)), text + " 3 of 3 nodes answered, 0.4 s (lab)\n");
  }
}

TEST(Verdict, IsNeverGoodWhenANodeIsMissing) {
  auto snapshot = test::healthy_snapshot(2);
  test::make_unreachable(snapshot.nodes[0]);
  EXPECT_EQ(text_of(verdict(snapshot, {})), "CRITICAL: no alerts, 1 of 2 nodes answered, 0.4 s (lab)\n");
}

TEST(Verdict, SaysThatOnlySomeNodesWereAsked) {
  auto snapshot = test::healthy_snapshot(3);
  snapshot.nodes.resize(1);
  snapshot.filtered = true;
  EXPECT_EQ(text_of(verdict(snapshot, {})), "OK: no alerts, 1 of 1 nodes answered, 0.4 s (lab, 1 of 3 nodes asked)\n");
}

}  // namespace
}  // namespace fleetwatch::view
