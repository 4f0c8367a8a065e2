#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probe/probes.hpp"
#include "support/fixture.hpp"
#include "support/run_probe.hpp"

namespace fleetwatch::probe {
namespace {

using outside::Transport;
using test::FakeMachine;
using test::Hang;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr auto kNodes = "/nodes?nonvoters&ver=2&timeout=1s";
constexpr auto kStrong = "/db/query?level=strong";

std::string recorded(const std::string& name) { return test::fixture("recordings/rqlite/" + name); }

void install(FakeMachine& machine) {
  machine.units.add("orama-node.service");
  machine.sockets.add(Transport::tcp, "0.0.0.0", 5001, 51);
  machine.http.on_get(5001, "/status", recorded("healthy-follower-status.json"));
  machine.http.on_get(5001, "/readyz", recorded("healthy-leader-readyz.txt"));
  machine.http.on("POST", 5001, kStrong, outside::HttpResponse{200, recorded("healthy-leader-strong-read.json"), true});
  machine.http.on_get(5001, kNodes, recorded("healthy-leader-nodes-ver2.json"));
  machine.http.on_get(5001, "/debug/vars", recorded("healthy-follower-debug-vars.json"));
}

model::NodeReport run(FakeMachine& machine) {
  return test::run_probe(machine, "rqlite", probe_rqlite, {}, milliseconds{2500});
}

TEST(RqliteProbe, FillsAHealthyNode) {
  FakeMachine machine;
  install(machine);
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  ASSERT_TRUE(report.rqlite.has_value());
  const auto& section = *report.rqlite;
  EXPECT_EQ(section.responsive, true);
  EXPECT_EQ(section.ready, true);
  EXPECT_EQ(section.strong_read, true);
  EXPECT_EQ(section.raft_state, "Follower");
  EXPECT_EQ(section.leader_addr, "10.0.0.1:4002");
  EXPECT_EQ(section.term, 2U);
  EXPECT_EQ(section.heap_mb, 2);
  ASSERT_TRUE(section.nodes);
  ASSERT_EQ(section.nodes->size(), 4U);
  EXPECT_EQ(section.nodes->at("10.0.0.1:4002").leader, true);
  EXPECT_EQ(section.nodes->at("10.0.0.4:4002").voter, false);
  EXPECT_EQ(section.nodes->at("10.0.0.4:4002").reachable, true);
  ASSERT_TRUE(section.debug_vars.has_value());
  EXPECT_EQ(section.debug_vars->query_errors, 0);
}

TEST(RqliteProbe, AsksEachEndpointOnce) {
  FakeMachine machine;
  install(machine);
  run(machine);
  EXPECT_THAT(machine.http.asked_keys(),
              UnorderedElementsAre("GET 5001 /status", "GET 5001 /readyz", std::string("POST 5001 ") + kStrong,
                                   std::string("GET 5001 ") + kNodes, "GET 5001 /debug/vars"));
  for (const auto& request : machine.http.asked) {
    if (request.method != "POST") continue;
    EXPECT_EQ(request.content_type, "application/json");
    EXPECT_EQ(request.body, "[\"SELECT 1\"]");
  }
}

TEST(RqliteProbe, IsAbsentWhereNotInstalled) {
  FakeMachine machine;
  const auto report = run(machine);
  EXPECT_FALSE(report.rqlite.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
  EXPECT_THAT(machine.http.asked, IsEmpty());
}

TEST(RqliteProbe, NotBeingAbleToLookIsNotAbsence) {
  FakeMachine machine;
  machine.units.list_failure = test::denied();
  const auto report = run(machine);
  ASSERT_TRUE(report.rqlite.has_value());
  EXPECT_EQ(report.rqlite->responsive, false);
}

TEST(RqliteProbe, WithoutSystemdNoUnitIsInstalled) {
  FakeMachine machine;
  machine.kernel_files.folders.erase("/run/systemd/system");
  machine.units.list_failure = test::refused();
  EXPECT_FALSE(run(machine).rqlite.has_value());
}

TEST(RqliteProbe, IsDownWhereInstalledAndRefusing) {
  FakeMachine machine;
  machine.units.add("orama-node.service");
  const auto report = run(machine);
  ASSERT_TRUE(report.rqlite.has_value());
  model::Rqlite expected;
  expected.responsive = false;
  EXPECT_EQ(*report.rqlite, expected);
  EXPECT_THAT(report.errors, ElementsAre("rqlite: unavailable: /status: connection refused"));
}

TEST(RqliteProbe, ASilentProcessIsOneTimeout) {
  FakeMachine machine;
  install(machine);
  machine.http.answers.clear();
  machine.http.silent_ports.insert(5001);
  const auto report = run(machine);
  EXPECT_EQ(report.rqlite->responsive, false);
  EXPECT_EQ(report.rqlite->ready, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("rqlite: timeout: /status: no answer before the deadline"));
}

TEST(RqliteProbe, ASilentLeaderLeavesTheRest) {
  FakeMachine machine;
  install(machine);
  machine.http.on("GET", 5001, "/readyz", Hang{});
  machine.http.on("POST", 5001, kStrong, Hang{});
  machine.http.on("GET", 5001, kNodes, Hang{});
  const auto report = run(machine);
  const auto& section = *report.rqlite;
  EXPECT_EQ(section.responsive, true);
  EXPECT_EQ(section.ready, false);
  EXPECT_EQ(section.strong_read, false);
  EXPECT_EQ(section.heap_mb, 2);
  ASSERT_TRUE(section.nodes);  // members without reachability
  EXPECT_EQ(section.nodes->size(), 4U);
  EXPECT_EQ(section.nodes->at("10.0.0.1:4002").voter, true);
  EXPECT_EQ(section.nodes->at("10.0.0.1:4002").reachable, std::nullopt);
  EXPECT_THAT(report.errors,
              UnorderedElementsAre("rqlite.ready: timeout: /readyz: no answer before the deadline",
                                   "rqlite.strong_read: timeout: strong read: no answer before the deadline",
                                   "rqlite.nodes: timeout: /nodes: no answer before the deadline"));
}

TEST(RqliteProbe, WithoutQuorumNothingIsReady) {
  FakeMachine machine;
  install(machine);
  machine.http.on_get(5001, "/status", recorded("no-quorum-voter-status.json"));
  machine.http.on_get(5001, "/readyz", recorded("no-quorum-voter-readyz.txt"), 500);
  machine.http.on("POST", 5001, kStrong, outside::HttpResponse{500, recorded("no-quorum-voter-strong-read.txt"), true});
  machine.http.on_get(5001, kNodes, recorded("no-quorum-voter-nodes-ver2.json"));
  const auto report = run(machine);
  const auto& section = *report.rqlite;
  EXPECT_EQ(section.ready, false);
  EXPECT_EQ(section.strong_read, false);
  EXPECT_EQ(section.leader_addr, "");
  EXPECT_EQ(section.nodes->at("10.0.0.1:4002").reachable, false);
  EXPECT_THAT(report.errors, ElementsAre("rqlite.strong_read: unavailable: strong read: HTTP 500: leader address: "
                                         "leader not found"));
}

TEST(RqliteProbe, AnErrorInsideAGoodAnswerIsNoStrongRead) {
  FakeMachine machine;
  install(machine);
  machine.http.on("POST", 5001, kStrong,
                  outside::HttpResponse{200, recorded("leader-killed-now-follower-strong-read.json"), true});
  machine.http.on_get(5001, "/readyz", recorded("leader-killed-now-follower-readyz.txt"), 503);
  const auto report = run(machine);
  EXPECT_EQ(report.rqlite->strong_read, false);
  EXPECT_EQ(report.rqlite->ready, false);
  ASSERT_EQ(report.errors.size(), 1U);
  EXPECT_TRUE(report.errors[0].starts_with("rqlite.strong_read: unavailable: strong read: node failed to process"));
}

TEST(RqliteProbe, NamesAStrangerOnThePort) {
  FakeMachine machine;
  machine.sockets.add(Transport::tcp, "127.0.0.1", 5001, 77);
  machine.kernel_files.files.insert_or_assign(
      "/proc/30/stat",
      Result<std::string>("30 (ipfs) S 1 30 30 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 9 0 100 1000 50 1 1 1 "
                          "0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"));
  machine.kernel_files.links.insert_or_assign(
      "/proc/30/fd", Result<std::vector<std::string>>(std::vector<std::string>{"socket:[77]"}));
  machine.http.on_get(5001, "/status", test::fixture("recordings/kubo/wrong-path.txt"), 404);
  const auto report = run(machine);
  EXPECT_EQ(report.rqlite->responsive, false);
  EXPECT_THAT(report.errors,
              ElementsAre("rqlite: unavailable: /status: HTTP 404: 404 page not found; port 5001 belongs "
                          "to ipfs"));
}

TEST(RqliteProbe, NonsenseIsMalformed) {
  FakeMachine machine;
  install(machine);
  machine.http.on_get(5001, "/status", "<html>");
  const auto report = run(machine);
  EXPECT_EQ(report.rqlite->responsive, false);
  EXPECT_THAT(report.errors, ElementsAre("rqlite: malformed: /status: not JSON"));
}

TEST(RqliteProbe, NeedingAPasswordIsDenied) {
  FakeMachine machine;
  install(machine);
  machine.http.on_get(5001, "/debug/vars", "", 401);
  const auto report = run(machine);
  EXPECT_EQ(report.rqlite->responsive, true);
  EXPECT_FALSE(report.rqlite->debug_vars.has_value());
  EXPECT_THAT(report.errors, ElementsAre("rqlite.debug_vars: denied: /debug/vars: HTTP 401"));
}

}  // namespace
}  // namespace fleetwatch::probe
