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

constexpr auto kKey = "/opt/orama/.orama/data/ipfs/repo/swarm.key";

void on_kubo(FakeMachine& machine, std::string_view target, const std::string& recording) {
  outside::HttpResponse response{200, test::fixture("recordings/kubo/" + recording), true};
  machine.http.on("POST", 4501, target, std::move(response));
}

void on_cluster(FakeMachine& machine, std::string_view target, const std::string& recording) {
  machine.http.on_get(9094, target, test::fixture("recordings/ipfs-cluster/" + recording));
}

void install(FakeMachine& machine) {
  machine.units.add("orama-ipfs.service");
  machine.units.add("orama-ipfs-cluster.service");
  machine.sockets.add(Transport::tcp, "127.0.0.1", 4501);
  machine.sockets.add(Transport::tcp, "127.0.0.1", 9094);
  machine.disk.files[kKey] = std::string("key");
  on_kubo(machine, "/api/v0/swarm/peers", "healthy-swarm-peers.json");
  on_kubo(machine, "/api/v0/repo/stat?size-only=true", "repo-stat-size-only.json");
  on_kubo(machine, "/api/v0/version", "healthy-version.json");
  on_kubo(machine, "/api/v0/bootstrap/list", "bootstrap-list-empty.json");
  on_cluster(machine, "/id", "crdt-healthy-id.json");
  on_cluster(machine, "/peers", "crdt-healthy-peers.json");
  on_cluster(machine, "/version", "crdt-healthy-version.json");
}

model::NodeReport run(FakeMachine& machine) {
  return test::run_probe(machine, "ipfs", probe_ipfs, {}, milliseconds{2500});
}

TEST(IpfsProbe, FillsAHealthyNode) {
  FakeMachine machine;
  install(machine);
  const auto report = run(machine);
  EXPECT_THAT(report.errors, IsEmpty());
  model::Ipfs expected;
  expected.daemon_active = true;
  expected.cluster_active = true;
  expected.swarm_peers = 2;
  expected.cluster_peer_count = 3;
  expected.cluster_errors = 0;
  expected.repo_size_bytes = 111392;
  expected.repo_max_bytes = 10'000'000'000;
  expected.repo_use_pct = 0;
  expected.kubo_version = "0.40.1";
  expected.cluster_version = "1.1.6";
  expected.has_swarm_key = true;
  expected.bootstrap_empty = true;
  ASSERT_TRUE(report.ipfs.has_value());
  EXPECT_EQ(*report.ipfs, expected);
  EXPECT_EQ(machine.http.asked.size(), 7U);
}

TEST(IpfsProbe, IsAbsentWhereNotInstalled) {
  FakeMachine machine;
  const auto report = run(machine);
  EXPECT_FALSE(report.ipfs.has_value());
  EXPECT_THAT(report.errors, IsEmpty());
}

TEST(IpfsProbe, ItsFilesAloneCountAsInstalled) {
  FakeMachine machine;
  machine.disk.files[kKey] = std::string("key");
  const auto report = run(machine);
  ASSERT_TRUE(report.ipfs.has_value());
  EXPECT_EQ(report.ipfs->has_swarm_key, true);
  EXPECT_EQ(report.ipfs->daemon_active, false);
  EXPECT_EQ(report.ipfs->swarm_peers, std::nullopt);
  EXPECT_THAT(report.errors, UnorderedElementsAre("ipfs: unavailable: Kubo: connection refused",
                                                  "ipfs: unavailable: IPFS Cluster: connection refused"));
}

TEST(IpfsProbe, APortWithoutAKeyIsNoSwarmKey) {
  FakeMachine machine;
  install(machine);
  machine.disk.files.clear();
  EXPECT_EQ(run(machine).ipfs->has_swarm_key, false);
}

TEST(IpfsProbe, ADeniedKeyIsNotAbsent) {
  FakeMachine machine;
  install(machine);
  machine.disk.files.insert_or_assign(kKey, test::denied());
  const auto report = run(machine);
  EXPECT_EQ(report.ipfs->has_swarm_key, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre(std::string("ipfs.has_swarm_key: denied: ") + kKey + ": permission denied"));
}

TEST(IpfsProbe, ASilentKuboIsOneEntryAndLeavesTheCluster) {
  FakeMachine machine;
  install(machine);
  for (const auto* target :
       {"/api/v0/swarm/peers", "/api/v0/repo/stat?size-only=true", "/api/v0/version", "/api/v0/bootstrap/list"}) {
    machine.http.on("POST", 4501, target, Hang{});
  }
  const auto report = run(machine);
  EXPECT_THAT(report.errors, ElementsAre("ipfs: timeout: Kubo: no answer before the deadline"));
  EXPECT_EQ(report.ipfs->swarm_peers, std::nullopt);
  EXPECT_EQ(report.ipfs->bootstrap_empty, std::nullopt);
  EXPECT_EQ(report.ipfs->cluster_peer_count, 3);
  EXPECT_EQ(report.ipfs->cluster_errors, 0);
}

TEST(IpfsProbe, OneSilentQuestionIsToldByItself) {
  FakeMachine machine;
  install(machine);
  machine.http.on("GET", 9094, "/id", Hang{});
  const auto report = run(machine);
  EXPECT_THAT(report.errors, ElementsAre("ipfs.cluster_peer_count: timeout: /id: no answer before the deadline"));
  EXPECT_EQ(report.ipfs->cluster_errors, 0);  // the stream of peers was whole
  EXPECT_EQ(report.ipfs->cluster_version, "1.1.6");
}

TEST(IpfsProbe, ALostPeerIsCountedFromAStreamThatWasCut) {
  FakeMachine machine;
  install(machine);
  const auto whole = test::fixture("recordings/ipfs-cluster/crdt-peer-lost-peers.json");
  const auto cut = whole.substr(0, whole.rfind("{\"id\""));
  machine.http.on("GET", 9094, "/peers", outside::HttpResponse{200, cut, false});
  const auto report = run(machine);
  EXPECT_EQ(report.ipfs->cluster_errors, 1);
  EXPECT_THAT(report.errors, IsEmpty());
  const auto peers = std::find_if(machine.http.asked.begin(), machine.http.asked.end(),
                                  [](const auto& request) { return request.target == "/peers"; });
  EXPECT_TRUE(peers->keep_partial);
}

TEST(IpfsProbe, ACutStreamWithoutAListOfPeersSaysNothing) {
  FakeMachine machine;
  install(machine);
  machine.http.on("GET", 9094, "/peers", outside::HttpResponse{200, "", false});
  machine.http.on("GET", 9094, "/id", Hang{});
  const auto report = run(machine);
  EXPECT_EQ(report.ipfs->cluster_errors, std::nullopt);
  EXPECT_EQ(report.errors.size(), 2U);
}

TEST(IpfsProbe, RefusedMethodsAreNoZeros) {
  FakeMachine machine;
  install(machine);
  machine.http.on("POST", 4501, "/api/v0/swarm/peers",
                  outside::HttpResponse{403, test::fixture("recordings/kubo/with-browser-origin.txt"), true});
  const auto report = run(machine);
  EXPECT_EQ(report.ipfs->swarm_peers, std::nullopt);
  EXPECT_THAT(report.errors, ElementsAre("ipfs.swarm_peers: denied: swarm/peers: HTTP 403: 403 - Forbidden"));
}

TEST(IpfsProbe, UseMayPassTheMaximum) {
  FakeMachine machine;
  install(machine);
  on_kubo(machine, "/api/v0/repo/stat?size-only=true", "repo-stat-over-100-percent.json");
  EXPECT_EQ(run(machine).ipfs->repo_use_pct, 313);
}

}  // namespace
}  // namespace fleetwatch::probe
