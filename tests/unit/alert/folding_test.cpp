// One cause, one alert.
#include "alert/folding.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "base/text.hpp"
#include "builders.hpp"

namespace fleetwatch::alert::testing {
namespace {

using model::Snapshot;
using Keys = std::vector<std::string>;

// What the others see of a node that is gone, `seconds` after the last handshake.
void seen_by_others(Snapshot& s, std::size_t gone, std::int64_t seconds) {
  for (std::size_t i = 0; i < s.nodes.size(); ++i) {
    if (i == gone || !s.nodes[i].report) continue;
    unreachable_for(s, i, gone);
    auto& peers = report(s, i).wireguard->peers;
    if (!peers) continue;  // its own mesh is down
    for (auto& peer : *peers) {
      if (peer.allowed_ips == mesh(gone) + "/32") peer.handshake_age_sec = seconds;
    }
    auto& olric = *report(s, i).olric;
    olric.log_suspects_1h = 4;
    std::erase(*olric.members, mesh(gone) + ":3320");
    olric.member_count = static_cast<std::int64_t>(olric.members->size());
    report(s, i).ipfs->swarm_peers = *report(s, i).ipfs->swarm_peers - 1;
    report(s, i).ipfs->cluster_peer_count = *report(s, i).ipfs->cluster_peer_count - 1;
    report(s, i).ipfs->cluster_errors = 1;
    report(s, i).network->tcp_retrans_pct = 8.5;
  }
}

void elect(Snapshot& s, std::size_t leader) {
  for (std::size_t i = 0; i < s.nodes.size(); ++i) {
    if (!s.nodes[i].report) continue;
    report(s, i).rqlite->raft_state = i == leader ? "Leader" : "Follower";
    report(s, i).rqlite->leader_addr = raft(leader);
    report(s, i).rqlite->term = 43;
  }
}

void without_leader(Snapshot& s, std::size_t i) {
  auto& rqlite = *report(s, i).rqlite;
  rqlite.raft_state = "Candidate";
  rqlite.leader_addr = "";
  rqlite.last_contact = "6.17s";
  rqlite.ready = rqlite.strong_read = false;
  report(s, i).gateway->http_status = 503;
  report(s, i).gateway->subsystems->at("rqlite").status = "error";
}

TEST(Folding, AKilledFollower) {
  for (const std::int64_t age : {29, 400}) {
    auto snapshot = healthy_fleet(3);
    lose(snapshot, 2);
    seen_by_others(snapshot, 2, age);
    const auto alerts = judge(snapshot);
    EXPECT_EQ(roots(alerts), Keys{"ssh.collect_failed@198.18.7.3"}) << text_of(alerts);
    EXPECT_EQ(with_id(alerts, "rqlite.quorum_fragile").size(), 1U);
    EXPECT_EQ(with_id(alerts, "wireguard.handshake_stale").size(), age > 180 ? 2U : 0U);
  }
}

TEST(Folding, AKilledLeaderBeforeDuringAndAfterTheElection) {
  auto snapshot = healthy_fleet(3);
  lose(snapshot, 0);
  seen_by_others(snapshot, 0, 29);
  auto before = snapshot;
  for (std::size_t i = 1; i < 3; ++i) {
    report(before, i).rqlite->ready = report(before, i).rqlite->strong_read = false;
    report(before, i).rqlite->last_contact = "1.4s";
  }
  auto during = snapshot;
  for (std::size_t i = 1; i < 3; ++i) without_leader(during, i);
  auto half_way = snapshot;  // one has noticed, the other has not
  without_leader(half_way, 1);
  auto after = snapshot;
  elect(after, 1);
  auto disagreeing = after;
  report(disagreeing, 2).rqlite->leader_addr = raft(0);
  for (const auto* moment : {&before, &during, &half_way, &after, &disagreeing}) {
    const auto alerts = judge(*moment);
    EXPECT_EQ(roots(alerts), Keys{"ssh.collect_failed@198.18.7.1"}) << text_of(alerts);
  }
  EXPECT_EQ(with_id(judge(during), "rqlite.no_leader").size(), 1U);
  EXPECT_EQ(with_id(judge(disagreeing), "rqlite.leader_disagreement").size(), 1U);
}

TEST(Folding, TheMajorityKilled) {
  auto snapshot = healthy_fleet(5);
  for (const std::size_t i : {0U, 1U, 2U}) lose(snapshot, i);
  for (const std::size_t i : {0U, 1U, 2U}) seen_by_others(snapshot, i, 400);
  without_leader(snapshot, 3);
  without_leader(snapshot, 4);
  const auto alerts = judge(snapshot);
  EXPECT_EQ(roots(alerts),
            (Keys{"ssh.collect_failed@198.18.7.1", "ssh.collect_failed@198.18.7.2", "ssh.collect_failed@198.18.7.3"}))
      << text_of(alerts);
  EXPECT_EQ(with_id(alerts, "rqlite.quorum_lost").size(), 1U);
}

TEST(Folding, AStoppedSshdAlone) {
  for (const std::size_t gone : {0U, 2U}) {
    auto snapshot = healthy_fleet(3);
    lose(snapshot, gone, model::FailureReason::refused);
    const auto alerts = judge(snapshot);
    EXPECT_EQ(keys(alerts), Keys{"ssh.collect_failed@" + host(gone)}) << text_of(alerts);
  }
}

TEST(Folding, AStoppedCaddy) {
  auto snapshot = healthy_fleet(3);
  stop(snapshot, 0, "caddy");
  report(snapshot, 0).dns->caddy_active = report(snapshot, 0).dns->port_443_bound = false;
  report(snapshot, 0).dns->base_tls_days_left = report(snapshot, 0).dns->wild_tls_days_left = -1;
  const auto alerts = judge(snapshot);
  ASSERT_EQ(keys(alerts), (Keys{"service.not_active@198.18.7.1/caddy", "dns.caddy_down@198.18.7.1"}));
  EXPECT_EQ(alerts[0].severity, model::Severity::warning);
  EXPECT_EQ(alerts[1].caused_by, alerts[0].key);
}

void take_mesh_down(Snapshot& s, std::size_t i) {
  auto& wireguard = *report(s, i).wireguard;
  wireguard.interface_up = false;
  wireguard.wg_ip.reset();
  wireguard.peers.reset();
  wireguard.peer_count.reset();
  report(s, i).wireguard_ip.reset();
  seen_by_others(s, i, 400);
  for (std::size_t k = 0; k < s.nodes.size(); ++k) {
    if (k != i) unreachable_for(s, i, k);
  }
  without_leader(s, i);
  report(s, i).olric->log_suspects_1h = 8;
  report(s, i).olric->member_count = 1;
  report(s, i).olric->members = std::vector<std::string>{mesh(i) + ":3320"};
  report(s, i).ipfs->swarm_peers = 0;
  report(s, i).ipfs->cluster_errors = 2;
  auto& rqlite = *report(s, i).rqlite;
  rqlite.fsm_index = rqlite.applied_index = rqlite.commit_index = 4000;
}

TEST(Folding, AnInterfaceDown) {
  for (const std::size_t down : {0U, 2U}) {
    auto snapshot = healthy_fleet(3);
    take_mesh_down(snapshot, down);
    if (down == 0) elect(snapshot, 1);
    if (down == 0) without_leader(snapshot, 0);
    const auto alerts = judge(snapshot);
    EXPECT_EQ(roots(alerts), Keys{"wireguard.interface_down@" + host(down)}) << text_of(alerts);
    EXPECT_GT(alerts.size(), 10U);

    stop(snapshot, down, "wg-quick@wg0");
    EXPECT_EQ(roots(judge(snapshot)), Keys{"service.not_active@" + host(down) + "/wg-quick@wg0"})
        << "the unit is the cause of its interface\n"
        << text_of(judge(snapshot));
  }
}

TEST(Folding, TheLeadersInterfaceDownDuringTheElection) {
  auto snapshot = healthy_fleet(3);
  take_mesh_down(snapshot, 0);
  without_leader(snapshot, 1);
  without_leader(snapshot, 2);
  const auto alerts = judge(snapshot);
  EXPECT_EQ(roots(alerts), Keys{"wireguard.interface_down@198.18.7.1"}) << text_of(alerts);
}

TEST(Folding, AStoppedDatabase) {
  auto snapshot = healthy_fleet(3);
  stop(snapshot, 0, "orama-node", "failed");
  report(snapshot, 0).services->failed_units = {"orama-node.service"};
  model::Rqlite silent;
  silent.responsive = false;
  report(snapshot, 0).rqlite = silent;
  for (std::size_t i = 1; i < 3; ++i) {
    unreachable_for(snapshot, i, 0);
    report(snapshot, i).rqlite->ready = report(snapshot, i).rqlite->strong_read = false;
    report(snapshot, i).rqlite->last_contact = "1.2s";
  }
  report(snapshot, 0).gateway->http_status = 503;
  report(snapshot, 0).gateway->subsystems->at("rqlite").status = "error";
  const auto alerts = judge(snapshot);
  EXPECT_EQ(roots(alerts), Keys{"service.failed@198.18.7.1/orama-node"}) << text_of(alerts);
  EXPECT_EQ(with_id(alerts, "rqlite.quorum_fragile").size(), 1U);
}

TEST(Folding, AStoppedDaemonIsNamedByItsPeers) {
  auto snapshot = healthy_fleet(3);
  stop(snapshot, 1, "orama-ipfs");
  report(snapshot, 1).ipfs->daemon_active = false;
  for (std::size_t i = 0; i < 3; ++i) report(snapshot, i).ipfs->cluster_errors = 1;
  stop(snapshot, 2, "orama-olric", "failed");
  report(snapshot, 2).olric->service_active = report(snapshot, 2).olric->memberlist_up = false;
  report(snapshot, 0).olric->log_suspects_1h = 4;
  const auto alerts = judge(snapshot);
  EXPECT_EQ(roots(alerts), (Keys{"service.failed@198.18.7.3/orama-olric", "service.not_active@198.18.7.2/orama-ipfs"}))
      << text_of(alerts);
}

TEST(Folding, AServiceThatIsRestartedAgainAndAgain) {
  auto snapshot = healthy_fleet(3);
  service(snapshot, 2, "orama-olric").n_restarts = 4;
  service(snapshot, 2, "orama-olric").restart_loop_risk = true;
  report(snapshot, 2).olric->restart_count = 4;
  report(snapshot, 0).olric->log_suspects_1h = 4;
  report(snapshot, 1).olric->log_flapping_1h = 8;
  const auto alerts = judge(snapshot);
  EXPECT_EQ(roots(alerts), Keys{"service.restart_loop@198.18.7.3/orama-olric"}) << text_of(alerts);
  EXPECT_EQ(alerts.size(), 4U);

  report(snapshot, 2).olric->restart_count = 3;
  EXPECT_EQ(roots(judge(snapshot)).size(), 3U) << "nobody is known who came and went";
}

TEST(Folding, AGatewayNamesItsParts) {
  model::GatewaySubsystem broken;
  broken.status = "error";
  for (const auto* name : {"ipfs", "ipfs_cluster"}) {
    auto snapshot = healthy_fleet(3);
    stop(snapshot, 1, "orama-ipfs-cluster");
    report(snapshot, 1).ipfs->cluster_active = false;
    report(snapshot, 1).gateway->subsystems->emplace(name, broken);
    EXPECT_EQ(roots(judge(snapshot)), Keys{"service.not_active@198.18.7.2/orama-ipfs-cluster"}) << name;
  }
}

TEST(Folding, TwoLeaders) {
  auto snapshot = healthy_fleet(3);
  report(snapshot, 1).rqlite->raft_state = "Leader";
  report(snapshot, 1).rqlite->leader_addr = raft(1);
  report(snapshot, 1).rqlite->term = 40;
  report(snapshot, 1).rqlite->fsm_index = 3;
  report(snapshot, 1).rqlite->commit_index = 3;
  const auto alerts = judge(snapshot);
  EXPECT_EQ(roots(alerts), Keys{"rqlite.split_brain@cluster"}) << text_of(alerts);
  EXPECT_EQ(alerts.size(), 4U);
}

// Two nodes that have lost each other, the fault being on `at`.
void part(Snapshot& s, std::size_t at, std::size_t other) {
  for (const auto& [self, peer] : {std::pair(at, other), std::pair(other, at)}) {
    unreachable_for(s, self, peer);
    report(s, self).olric->log_suspects_1h = 3;
    report(s, self).olric->member_count = 2;
    std::erase(*report(s, self).olric->members, mesh(peer) + ":3320");
    report(s, self).ipfs->swarm_peers = 1;
    report(s, self).ipfs->cluster_errors = 1;
    report(s, self).vault = model::Vault{};
    report(s, self).vault->service_active = report(s, self).vault->responsive = true;
    report(s, self).vault->status = "degraded";
  }
  report(s, at).rqlite->strong_read = false;
}

TEST(Folding, APeerThatIsNotSetUpOrHasAnotherKey) {
  auto removed = healthy_fleet(3);
  part(removed, 2, 0);
  std::erase_if(*report(removed, 2).wireguard->peers, [](const auto& p) { return p.allowed_ips == mesh(0) + "/32"; });
  EXPECT_EQ(roots(judge(removed)), Keys{"wireguard.peer_count@198.18.7.3"}) << text_of(judge(removed));

  auto wrong = healthy_fleet(3);
  part(wrong, 2, 0);
  for (auto& peer : *report(wrong, 2).wireguard->peers) {
    if (peer.allowed_ips == mesh(0) + "/32") peer.latest_handshake = 0;
  }
  EXPECT_EQ(roots(judge(wrong)).size(), 1U) << text_of(judge(wrong));
}

TEST(Folding, AMissingPeerSaysNothingOfTheOthers) {
  auto snapshot = healthy_fleet(4);
  std::erase_if(*report(snapshot, 2).wireguard->peers, [](const auto& p) { return p.allowed_ips == mesh(0) + "/32"; });
  for (auto& peer : *report(snapshot, 1).wireguard->peers) {
    if (peer.allowed_ips == mesh(2) + "/32") peer.handshake_age_sec = 400;
  }
  const auto alerts = judge(snapshot);
  for (const auto& alert : with_id(alerts, "wireguard.handshake_stale")) EXPECT_FALSE(alert.caused_by) << alert.key;
  EXPECT_EQ(with_id(alerts, "wireguard.handshake_stale").size(), 1U) << text_of(alerts);
}

TEST(Folding, AMissingPeerExplainsNothingAboutOthers) {
  auto snapshot = healthy_fleet(5);
  for (auto& peer : *report(snapshot, 0).wireguard->peers) {
    if (peer.allowed_ips == mesh(1) + "/32") peer.latest_handshake = 0;
  }
  unreachable_for(snapshot, 0, 1);
  unreachable_for(snapshot, 0, 3);
  report(snapshot, 0).ipfs->swarm_peers = 0;
  for (const auto& alert : judge(snapshot)) {
    const bool effect = alert.key == "rqlite.peer_unreachable@198.18.7.1/" + raft(1);
    const bool own = alert.key == "rqlite.peer_unreachable@198.18.7.1/" + raft(3) || alert.id == "ipfs.isolated";
    if (effect || own) {
      EXPECT_EQ(alert.caused_by.has_value(), effect) << alert.key;
    }
  }
}

TEST(Folding, ARefusedLoginLosesNoPackets) {
  for (const auto& [reason, folded] :
       {std::pair(model::FailureReason::auth, false), std::pair(model::FailureReason::timeout, true)}) {
    auto snapshot = healthy_fleet(3);
    snapshot.nodes[2].report.reset();
    snapshot.nodes[2].failure = model::Failure{reason, "no"};
    report(snapshot, 0).network->tcp_retrans_pct = 48;
    for (const auto& alert : with_id(judge(snapshot), "network.tcp_retrans_high")) {
      EXPECT_EQ(alert.caused_by.has_value(), folded);
    }
  }
}

TEST(Folding, AMemberThatHangs) {
  auto snapshot = healthy_fleet(3);
  seen_by_others(snapshot, 2, 29);
  const auto alerts = judge(snapshot);
  for (const auto* id : {"olric.suspects", "olric.flapping"}) {
    for (const auto& alert : with_id(alerts, id)) EXPECT_TRUE(alert.caused_by) << alert.key;
  }
}

TEST(Folding, AZoneThatIsNotServed) {
  auto snapshot = healthy_fleet(3);
  auto& dns = *report(snapshot, 0).dns;
  dns.soa_resolves = dns.ns_resolves = dns.base_a_resolves = dns.wildcard_resolves = false;
  EXPECT_EQ(roots(judge(snapshot)), Keys{"dns.soa_unresolved@198.18.7.1"});
  dns.port_53_bound = false;
  EXPECT_EQ(roots(judge(snapshot)), Keys{"dns.port53_unbound@198.18.7.1"});
}

TEST(Folding, NothingFoldsWithoutAShared) {
  auto snapshot = healthy_fleet(4);
  lose(snapshot, 3);
  seen_by_others(snapshot, 3, 29);
  // Node 1 is well, but node 0 cannot reach it; node 2's peer list lacks it. Node 3 has nothing to do with either.
  unreachable_for(snapshot, 0, 1);
  std::erase_if(*report(snapshot, 2).wireguard->peers, [](const auto& p) { return p.allowed_ips == mesh(1) + "/32"; });
  stop(snapshot, 2, "orama-ipfs-cluster", "failed");
  report(snapshot, 2).dns = healthy_dns();
  report(snapshot, 2).dns->caddy_active = false;
  auto found = roots(judge(snapshot));
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, (Keys{"dns.caddy_down@198.18.7.3", "rqlite.peer_unreachable@198.18.7.1/10.0.0.2:7001",
                         "service.failed@198.18.7.3/orama-ipfs-cluster", "ssh.collect_failed@198.18.7.4",
                         "wireguard.peer_count@198.18.7.3"}))
      << text_of(judge(snapshot));
}

TEST(Folding, AnAlertAboutTwoNodesNeedsBothExplained) {
  auto snapshot = healthy_fleet(4);
  lose(snapshot, 3);
  std::erase_if(*report(snapshot, 0).wireguard->peers, [](const auto& p) { return p.allowed_ips != mesh(1) + "/32"; });
  EXPECT_EQ(with_id(judge(snapshot), "wireguard.peer_count").at(0).caused_by, std::nullopt) << "node 2 is well";
  lose(snapshot, 2);
  EXPECT_EQ(with_id(judge(snapshot), "wireguard.peer_count").at(0).caused_by, "ssh.collect_failed@198.18.7.3");
}

TEST(Folding, ADeadNodeIsKnownByElimination) {
  // Host names in the inventory: no endpoint tells whose mesh address it is.
  auto snapshot = healthy_fleet(3);
  for (std::size_t i = 0; i < 3; ++i) snapshot.nodes[i].node.host = fmt::format("node{}.example", i);
  lose(snapshot, 2);
  seen_by_others(snapshot, 2, 400);
  EXPECT_EQ(roots(judge(snapshot)), Keys{"ssh.collect_failed@node2.example"}) << text_of(judge(snapshot));

  snapshot = healthy_fleet(5);
  for (std::size_t i = 0; i < 5; ++i) snapshot.nodes[i].node.host = fmt::format("node{}.example", i);
  for (const std::size_t gone : {3U, 4U}) lose(snapshot, gone);
  for (const std::size_t gone : {3U, 4U}) seen_by_others(snapshot, gone, 400);
  EXPECT_EQ(roots(judge(snapshot)), (Keys{"ssh.collect_failed@node3.example", "ssh.collect_failed@node4.example"}))
      << text_of(judge(snapshot));
}

TEST(Folding, RaftIdsThatAreNoAddresses) {
  auto snapshot = healthy_fleet(3);
  for (std::size_t i = 0; i < 3; ++i) {
    auto& rqlite = *report(snapshot, i).rqlite;
    rqlite.node_id = fmt::format("member-{}", i);
    std::map<std::string, model::RqliteMember> nodes;
    for (std::size_t k = 0; k < 3; ++k) nodes.emplace(fmt::format("member-{}", k), rqlite.nodes->at(raft(k)));
    rqlite.nodes = nodes;
  }
  lose(snapshot, 2);
  for (std::size_t i = 0; i < 2; ++i) report(snapshot, i).rqlite->nodes->at("member-2").reachable = false;
  EXPECT_EQ(roots(judge(snapshot)), Keys{"ssh.collect_failed@198.18.7.3"}) << text_of(judge(snapshot));
}

TEST(Folding, TwoNodeFleetThatLosesOne) {
  auto snapshot = healthy_fleet(2);
  lose(snapshot, 0);
  seen_by_others(snapshot, 0, 400);
  without_leader(snapshot, 1);
  const auto alerts = judge(snapshot);
  EXPECT_EQ(roots(alerts), Keys{"ssh.collect_failed@198.18.7.1"}) << text_of(alerts);
  EXPECT_EQ(with_id(alerts, "ipfs.isolated").size(), 1U);
}

TEST(Folding, TheVaultBehindItsUnitAndTheGateway) {
  auto stopped = healthy_fleet(3);
  report(stopped, 1).services->services.push_back(unit("orama-namespace-vault@index", "failed"));
  report(stopped, 1).vault->service_active = report(stopped, 1).vault->responsive = false;
  EXPECT_EQ(roots(judge(stopped)), Keys{"service.failed@198.18.7.2/orama-namespace-vault@index"})
      << text_of(judge(stopped));
  EXPECT_EQ(with_id(judge(stopped), "vault.service_down").size(), 1U);

  auto listed = healthy_fleet(3);  // by its older name systemd's list of failed units has it
  report(listed, 1).services->failed_units = {"orama-vault.service"};
  report(listed, 1).vault->service_active = false;
  EXPECT_EQ(roots(judge(listed)), Keys{"service.failed_unit@198.18.7.2/orama-vault.service"}) << text_of(judge(listed));

  auto silent = healthy_fleet(3);
  report(silent, 1).gateway->responsive = report(silent, 1).vault->responsive = false;
  EXPECT_EQ(roots(judge(silent)), Keys{"gateway.unresponsive@198.18.7.2"}) << text_of(judge(silent));
  report(silent, 1).gateway->responsive = true;
  EXPECT_EQ(roots(judge(silent)), Keys{"vault.unresponsive@198.18.7.2"}) << text_of(judge(silent));
}

TEST(Folding, GuardiansOfLostNodes) {
  const auto lack = [](Snapshot& s, std::size_t i) {
    report(s, i).vault->status = "degraded";
    report(s, i).vault->healthy = 1;
    report(s, i).gateway->subsystems->emplace("vault", model::GatewaySubsystem{"degraded", {}, {}, {}});
  };
  auto lost = healthy_fleet(2);
  lose(lost, 1, model::FailureReason::refused);
  lack(lost, 0);
  EXPECT_EQ(roots(judge(lost)), Keys{"ssh.collect_failed@198.18.7.2"}) << text_of(judge(lost));

  auto stopped = healthy_fleet(3);
  report(stopped, 2).vault->service_active = false;
  lack(stopped, 0);
  EXPECT_EQ(roots(judge(stopped)), Keys{"vault.service_down@198.18.7.3"}) << text_of(judge(stopped));

  auto unexplained = healthy_fleet(3);
  lack(unexplained, 0);
  const auto alerts = judge(unexplained);
  EXPECT_EQ(roots(alerts), Keys{"vault.degraded@198.18.7.1"}) << text_of(alerts);
  EXPECT_EQ(with_id(alerts, "vault.degraded").front().message, "1 of 3 guardians, 2 needed to write");
  report(unexplained, 0).vault->healthy.reset();
  report(unexplained, 0).vault->write_quorum.reset();
  EXPECT_EQ(with_id(judge(unexplained), "vault.degraded").front().message, "too few guardians");
}

TEST(Folding, CausesNameAlertsThatExist) {
  auto snapshot = healthy_fleet(5);
  take_mesh_down(snapshot, 1);
  lose(snapshot, 3);
  seen_by_others(snapshot, 3, 400);
  const auto alerts = judge(snapshot);
  const auto root_keys = roots(alerts);
  for (const auto& alert : alerts) {
    if (!alert.caused_by) continue;
    EXPECT_NE(std::find(root_keys.begin(), root_keys.end(), *alert.caused_by), root_keys.end()) << alert.key;
  }
}

std::map<std::string_view, std::set<std::string_view>> effects_by_cause() {
  std::map<std::string_view, std::set<std::string_view>> effects;
  for (const auto& row : consequences()) {
    for (const auto cause : words(row.causes)) {
      for (const auto effect : words(row.effects)) effects[cause].insert(effect);
    }
  }
  return effects;
}

TEST(FoldingTable, NamesOnlyRulesThatExist) {
  std::set<std::string_view> ids;
  for (const auto& rule : rules()) ids.insert(rule.id);
  for (const auto& [cause, effects] : effects_by_cause()) {
    EXPECT_TRUE(ids.contains(cause)) << cause;
    for (const auto effect : effects) EXPECT_TRUE(ids.contains(effect)) << effect;
  }
}

TEST(FoldingTable, HasNoCycle) {
  const auto effects = effects_by_cause();
  for (const auto& [start, unused] : effects) {
    std::set<std::string_view> seen;
    std::vector<std::string_view> open = {start};
    while (!open.empty()) {
      const auto at = open.back();
      open.pop_back();
      const auto next = effects.find(at);
      if (next == effects.end()) continue;
      for (const auto effect : next->second) {
        EXPECT_NE(effect, start);
        if (seen.insert(effect).second) open.push_back(effect);
      }
    }
  }
}

}  // namespace
}  // namespace fleetwatch::alert::testing
