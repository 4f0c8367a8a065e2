#include "view/diff.hpp"

#include <gtest/gtest.h>

#include <set>

#include "unit/view/sample.hpp"
#include "view/text.hpp"
#include "view/volatile_fields.hpp"

namespace fleetwatch::view {
namespace {

using model::Change;
using model::Value;

const std::optional<Value> kNothing;

std::optional<Value> text(const char* value) { return Value(std::string(value)); }
std::optional<Value> number(std::int64_t value) { return Value(value); }
std::optional<Value> flag(bool value) { return Value(value); }

// Changes of node 1 after `spoil` was done to its report.
template <class Spoil>
std::vector<Change> after(Spoil spoil) {
  const auto before = test::healthy_snapshot(2);
  auto now = before;
  spoil(*now.nodes[0].report);
  return node_changes(before, now);
}

Change on_first(const char* path, std::optional<Value> before, std::optional<Value> now) {
  return {test::lan_ip(1), path, std::move(before), std::move(now)};
}

using Changes = std::vector<Change>;

TEST(NodeChanges, NothingChanged) {
  EXPECT_EQ(after([](auto&) {}), Changes{});
}

TEST(NodeChanges, NodesComeGoAndFallSilent) {
  auto before = test::healthy_snapshot(3);
  auto now = before;
  now.nodes.erase(now.nodes.begin());
  test::make_unreachable(now.nodes[0]);
  now.nodes.push_back(now.nodes[1]);
  now.nodes.back().node.host = "new";
  EXPECT_EQ(node_changes(before, now), (Changes{{"198.18.7.2", "status", text("ok"), text("unreachable")},
                                                {"198.18.7.2", "reason", kNothing, text("refused")},
                                                {"new", "status", kNothing, text("ok")},
                                                {"198.18.7.1", "status", text("ok"), kNothing}}));
  now.filtered = true;
  EXPECT_EQ(node_changes(before, now).size(), 2U) << "nodes that --node has hidden are not gone";
}

TEST(NodeChanges, FieldsThatMatter) {
  EXPECT_EQ(after([](auto& report) {
              report.rqlite->raft_state = "Follower";
              report.rqlite->term = 43;
              report.rqlite->nodes->begin()->second.reachable = false;
              report.wireguard->interface_up = false;
              report.services->services[1].active_state = "failed";
              report.services->failed_units = {"orama-gateway.service"};
            }),
            (Changes{on_first("services.services[orama-gateway].active_state", text("active"), text("failed")),
                     on_first("services.failed_units", kNothing, text("orama-gateway.service")),
                     on_first("rqlite.raft_state", text("Leader"), text("Follower")),
                     on_first("rqlite.term", Value(std::uint64_t{42}), Value(std::uint64_t{43})),
                     on_first("rqlite.nodes[10.0.0.1:7001].reachable", flag(true), flag(false)),
                     on_first("wireguard.interface_up", flag(true), flag(false))}));
}

TEST(NodeChanges, MembersAndSectionsThatComeAndGo) {
  EXPECT_EQ(after([](auto& report) {
              report.wireguard->peers->clear();
              report.gateway = model::Section<model::Gateway>::crashed();
              report.namespaces = std::vector<model::Namespace>(1);
              report.olric = model::Olric{};
              report.system->mem_use_pct.reset();
            }),
            (Changes{on_first("system.mem_use_pct", number(41), kNothing), on_first("olric", kNothing, text("present")),
                     on_first("gateway", text("present"), text("crashed")),
                     on_first("wireguard.peers[10.0.0.2]", text("present"), kNothing),
                     on_first("namespaces", kNothing, text("present"))}));
}

TEST(NodeChanges, SharesCountFromFivePointsOn) {
  const auto memory = [](std::int64_t percent) {
    return after([&](auto& report) { report.system->mem_use_pct = percent; }).size();
  };
  EXPECT_EQ(memory(45), 0U);
  EXPECT_EQ(memory(46), 1U);
  EXPECT_EQ(memory(37), 0U);
  EXPECT_EQ(memory(36), 1U);
  EXPECT_EQ(memory(INT64_MIN), 1U);
}

TEST(NodeChanges, WhatAlwaysChangesIsLeftOut) {
  EXPECT_EQ(after([](auto& report) {
              report.timestamp = "2026-03-01T09:15:28Z";
              report.system->load_avg_1 = 7;
              report.rqlite->applied_index = 99;
              report.rqlite->debug_vars = model::RqliteDebugVars{};
              report.wireguard->peers->front().handshake_age_sec = 3;
              report.wireguard->peers->front().transfer_rx_bytes = 3;
            }),
            Changes{});
}

TEST(NodeChanges, ErrorsAreComparedWithoutTheirTexts) {
  auto before = test::healthy_snapshot(1);
  before.nodes[0].report->errors = {"dns: timeout: after 1.01 s", "odd"};
  auto now = before;
  now.nodes[0].report->errors = {"dns: timeout: after 1.02 s", "wireguard.peers: denied: no"};
  EXPECT_EQ(node_changes(before, now), (Changes{on_first("errors", text("odd"), kNothing),
                                                on_first("errors", kNothing, text("wireguard.peers: denied"))}));
}

// A line in the table for a field that does not exist would hide nothing, and nobody would notice.
template <class T>
void add_paths(const std::string& prefix, std::set<std::string>& paths);
template <class T>
struct Paths {
  static void add(const std::string& path, std::set<std::string>& paths) {
    if constexpr (model::HasFields<T>) add_paths<T>(path + ".", paths);
  }
};
template <class T>
struct Paths<std::optional<T>> : Paths<T> {};
template <class T>
struct Paths<std::vector<T>> : Paths<T> {};
template <class T>
struct Paths<model::Section<T>> : Paths<T> {};
template <class T>
struct Paths<std::map<std::string, T>> : Paths<T> {};
template <class T>
void add_paths(const std::string& prefix, std::set<std::string>& paths) {
  model::for_each_field<T>([&](const auto& field) {
    const std::string path = prefix + std::string(field.key);
    paths.insert(path);
    Paths<std::remove_cvref_t<decltype(std::declval<T>().*field.member)>>::add(path, paths);
  });
}

TEST(VolatileFields, Exist) {
  std::set<std::string> paths;
  add_paths<model::NodeReport>("", paths);
  EXPECT_GT(paths.size(), 150U);
  for (const VolatileField& field : kVolatileFields) EXPECT_TRUE(paths.contains(std::string(field.path))) << field.path;
}

TEST(AlertChanges, AreFoundByKey) {
  using enum model::Severity;
  const auto snapshot = test::healthy_snapshot(2);
  const auto disk = test::alert(warning, "system.disk_high", "198.18.7.1", "disk at 91 %");
  auto fuller = disk;
  fuller.message = "disk at 99 %";
  auto worse = disk;
  worse.severity = critical;
  const auto down = test::alert(critical, "service.failed", "198.18.7.2", "caddy failed");
  using Alerts = std::vector<model::Alert>;
  const auto between = [&](const Alerts& before, const Alerts& now) {
    return alert_changes({snapshot, before}, {snapshot, now});
  };
  EXPECT_EQ(between({disk}, {disk, down}).raised, (Alerts{down}));
  EXPECT_EQ(between({disk, down}, {disk}).cleared, (Alerts{down}));
  EXPECT_TRUE(between({disk}, {fuller}).changed.empty());
  EXPECT_EQ(between({disk}, {worse}).changed, (Alerts{worse}));
  const auto about = [&](const char* peers) {
    return test::alert(warning, "wireguard.peer_count", "198.18.7.1", peers);
  };
  const auto other_peer = about("2 peers, 4 expected; missing 198.18.7.15 (10.0.0.15)");
  const auto fewer_peers = about("1 peers, 4 expected; missing 198.18.7.14 (10.0.0.14)");
  for (const auto& changed : {other_peer, fewer_peers}) {
    EXPECT_EQ(between({about("2 peers, 4 expected; missing 198.18.7.14 (10.0.0.14)")}, {changed}).changed,
              (Alerts{changed}));
  }

  const Alerts before = {disk};
  const Alerts now = {worse, down};
  EXPECT_EQ(changes({snapshot, before}, {snapshot, now}),
            (Changes{{"198.18.7.2", "alerts[service.failed@198.18.7.2]", kNothing, text("critical: caddy failed")},
                     {"198.18.7.1", "alerts[system.disk_high@198.18.7.1]", text("warning: disk at 91 %"),
                      text("critical: disk at 91 %")}}));
}

TEST(DiffDocument, SaysWhatWhenAndInWhichOrder) {
  const auto before = test::healthy_snapshot(3);
  auto now = before;
  now.collected_at_unix_ms += 3'600'000;
  now.nodes[1].report->rqlite->ready = true;
  now.nodes[2].report->rqlite->ready = true;
  const auto shown = to_text(diff_document({before, {}}, {now, {}}, {.fold = true}), false);
  EXPECT_EQ(shown,
            "OK: no alerts, 3 of 3 nodes answered, 0.4 s (lab)\n"
            "2 changes since 2026-03-01T08:15:28Z, 1 h 0 min before\n\n"
            "NODE            WHAT                                  BEFORE      AFTER\n"
            "────────────────────────────────────────────────────────────────────────────\n"
            "198.18.7.[2-3]  rqlite.ready                          --          yes\n");
  EXPECT_NE(to_text(diff_document({now, {}}, {before, {}}, {}), false).find("the second snapshot is the older one"),
            std::string::npos);
  EXPECT_NE(to_text(diff_document({now, {}}, {now, {}}, {}), false).find("nothing changed since"), std::string::npos);
}

TEST(DiffDocument, ShowsOnANarrowTerminalToo) {
  auto before = test::healthy_snapshot(3);
  auto now = before;
  now.nodes[0].report->services->services[1].active_state = "deactivating";
  now.nodes[1].report->version = "0.120.0-rc1";
  before.nodes[1].report->version = "0.119.0-with-a-name";
  test::make_unreachable(now.nodes[2]);
  for (const std::size_t width : {60U, 80U}) {
    const auto shown = to_text(diff_document({before, {}}, {now, {}}, {.width = width}), false);
    for (const char* whole :
         {"AFTER\n", "198.18.7.1  ", "unreachable\n", "deactivating\n", "0.120.0-rc1\n", "].active_state "}) {
      EXPECT_NE(shown.find(whole), std::string::npos) << width << ": " << whole << "\n" << shown;
    }
  }
}

TEST(DiffDocument, PathsThatAreCutAlikeAreNotFolded) {
  const auto before = test::healthy_snapshot(1);
  auto now = before;
  for (auto& unit : now.nodes[0].report->services->services) unit.active_state = "failed";
  const auto document = diff_document({before, {}}, {now, {}}, {.fold = true, .width = 40});
  EXPECT_EQ(to_text(document, false).find("[1,1"), std::string::npos);
  for (const Line& line : document.lines) EXPECT_LE(line_width(line), 40U);
}

}  // namespace
}  // namespace fleetwatch::view
