// Rules that compare one number with one threshold: above it they fire, at it they do not, absent they are silent.
#include <gtest/gtest.h>

#include "builders.hpp"

namespace fleetwatch::alert::testing {
namespace {

using model::Snapshot;

template <class Number>
struct Limit {
  std::string_view rule;
  std::function<void(Snapshot&, std::optional<Number>)> set;  // on node 0
  Number at;
  Number beyond;
};

std::string severity_of(const std::vector<model::Alert>& alerts, std::string_view id) {
  const auto found = with_id(alerts, id);
  return found.size() == 1 ? std::string(model::name_of(found.front().severity))
                           : fmt::format("{} alerts", found.size());
}

template <class Number>
void check_limits(const std::vector<Limit<Number>>& limits) {
  for (const auto& limit : limits) {
    const auto fires = [&](std::optional<Number> value) {
      auto snapshot = healthy_fleet(3);
      limit.set(snapshot, value);
      return with_id(judge(snapshot), limit.rule).size();
    };
    EXPECT_EQ(fires(limit.beyond), 1U) << limit.rule << " beyond its threshold";
    EXPECT_EQ(fires(limit.at), 0U) << limit.rule << " at its threshold";
    EXPECT_EQ(fires(std::nullopt), 0U) << limit.rule << " without its field";
  }
}

TEST(Limits, IntegersOfTheSystem) {
  check_limits<std::int64_t>({
      {"system.memory_high", [](auto& s, auto v) { report(s, 0).system->mem_use_pct = v; }, 90, 91},
      {"system.disk_high", [](auto& s, auto v) { report(s, 0).system->disk_use_pct = v; }, 85, 86},
      {"system.oom_kills", [](auto& s, auto v) { report(s, 0).system->oom_kills = v; }, 0, 1},
      {"system.inodes_high", [](auto& s, auto v) { report(s, 0).system->inode_use_pct = v; }, 90, 91},
      {"system.inodes_high", [](auto& s, auto v) { report(s, 0).system->inode_use_pct = v; }, 96, 95},
      {"system.inodes_critical", [](auto& s, auto v) { report(s, 0).system->inode_use_pct = v; }, 95, 96},
      {"system.zombies", [](auto& s, auto v) { report(s, 0).processes->zombie_count = v; }, 0, 1},
      {"system.orphans", [](auto& s, auto v) { report(s, 0).processes->orphan_count = v; }, 0, 1},
      {"system.panics", [](auto& s, auto v) { report(s, 0).processes->panic_count = v; }, 0, 1},
      {"system.swap_high",
       [](auto& s, auto v) {
         report(s, 0).system->swap_total_mb = 100;
         report(s, 0).system->swap_used_mb = v;
       },
       30, 31},
  });
}

TEST(Limits, IntegersOfTheServices) {
  check_limits<std::int64_t>({
      {"rqlite.goroutines_high", [](auto& s, auto v) { report(s, 0).rqlite->goroutines = v; }, 1000, 1001},
      {"rqlite.heap_high", [](auto& s, auto v) { report(s, 0).rqlite->heap_mb = v; }, 1000, 1001},
      {"rqlite.leader_not_found", [](auto& s, auto v) { report(s, 0).rqlite->debug_vars->leader_not_found = v; }, 0, 1},
      {"rqlite.snapshot_errors", [](auto& s, auto v) { report(s, 0).rqlite->debug_vars->snapshot_errors = v; }, 0, 1},
      {"rqlite.query_errors", [](auto& s, auto v) { report(s, 0).rqlite->debug_vars->query_errors = v; }, 0, 1},
      {"rqlite.query_errors", [](auto& s, auto v) { report(s, 0).rqlite->debug_vars->execute_errors = v; }, 0, 1},
      {"olric.suspects", [](auto& s, auto v) { report(s, 0).olric->log_suspects_1h = v; }, 0, 1},
      {"olric.flapping", [](auto& s, auto v) { report(s, 0).olric->log_flapping_1h = v; }, 5, 6},
      {"olric.log_errors", [](auto& s, auto v) { report(s, 0).olric->log_errors_1h = v; }, 20, 21},
      {"olric.restarts", [](auto& s, auto v) { report(s, 0).olric->restart_count = v; }, 3, 4},
      {"olric.memory_high", [](auto& s, auto v) { report(s, 0).olric->process_mem_mb = v; }, 500, 501},
      {"ipfs.repo_high", [](auto& s, auto v) { report(s, 0).ipfs->repo_use_pct = v; }, 90, 91},
      {"ipfs.repo_high", [](auto& s, auto v) { report(s, 0).ipfs->repo_use_pct = v; }, 96, 95},
      {"ipfs.repo_full", [](auto& s, auto v) { report(s, 0).ipfs->repo_use_pct = v; }, 95, 96},
      {"ipfs.cluster_errors", [](auto& s, auto v) { report(s, 0).ipfs->cluster_errors = v; }, 0, 1},
      {"ipfs.isolated", [](auto& s, auto v) { report(s, 0).ipfs->swarm_peers = v; }, 1, 0},
      {"ipfs.swarm_peers_low", [](auto& s, auto v) { report(s, 0).ipfs->swarm_peers = v; }, 2, 1},
      {"ipfs.swarm_peers_low", [](auto& s, auto v) { report(s, 0).ipfs->swarm_peers = v; }, 0, 1},
      {"ipfs.cluster_peers_low", [](auto& s, auto v) { report(s, 0).ipfs->cluster_peer_count = v; }, 3, 2},
      {"olric.member_count",
       [](auto& s, auto v) {
         report(s, 0).olric->members.reset();
         report(s, 0).olric->member_count = v;
       },
       3, 2},
      {"olric.member_count", [](auto& s, auto v) { report(s, 0).olric->member_count = v; }, 0, 2},
      {"vault.restarts", [](auto& s, auto v) { report(s, 0).vault->restart_count = v; }, 3, 4},
      {"gateway.http_status", [](auto& s, auto v) { report(s, 0).gateway->http_status = v; }, 200, 503},
      {"dns.base_tls_expiring", [](auto& s, auto v) { report(s, 0).dns->base_tls_days_left = v; }, 14, 13},
      {"dns.base_tls_expiring", [](auto& s, auto v) { report(s, 0).dns->base_tls_days_left = v; }, -1, 0},
      {"dns.wildcard_tls_expiring", [](auto& s, auto v) { report(s, 0).dns->wild_tls_days_left = v; }, 14, 13},
      {"dns.tls_expired", [](auto& s, auto v) { report(s, 0).dns->base_tls_days_left = v; }, -1, -2},
      {"dns.tls_unchecked", [](auto& s, auto v) { report(s, 0).dns->wild_tls_days_left = v; }, 0, -1},
      {"wireguard.handshake_stale",
       [](auto& s, auto v) { report(s, 0).wireguard->peers->front().handshake_age_sec = v; }, 180, 181},
      {"wireguard.handshake_never",
       [](auto& s, auto v) { report(s, 0).wireguard->peers->front().latest_handshake = v; }, kNowMs / 1000, 0},
      {"wireguard.peer_count",
       [](auto& s, auto v) {
         report(s, 0).wireguard->peers.reset();
         report(s, 0).wireguard->peer_count = v;
       },
       2, 1},
  });
}

TEST(Limits, RaftNumbers) {
  check_limits<std::uint64_t>({
      {"rqlite.fsm_backlog", [](auto& s, auto v) { report(s, 0).rqlite->fsm_pending = v; }, 10, 11},
      {"rqlite.fsm_backlog",
       [](auto& s, auto v) {
         report(s, 0).rqlite->commit_index = 5100;
         report(s, 0).rqlite->fsm_index = v;
       },
       5000, 4999},
      {"rqlite.commit_applied_gap",
       [](auto& s, auto v) {
         report(s, 0).rqlite->commit_index = 5100;
         report(s, 0).rqlite->applied_index = v;
       },
       5000, 4999},
      {"rqlite.commit_applied_gap", [](auto& s, auto v) { report(s, 0).rqlite->applied_index = v; }, 0, 4899},
      {"rqlite.term_inconsistent", [](auto& s, auto v) { report(s, 0).rqlite->term = v; }, 43, 44},
      {"rqlite.applied_lag",
       [](auto& s, auto v) {
         report(s, 1).rqlite->leader_commit_index.reset();
         report(s, 1).rqlite->fsm_index = v;
         report(s, 1).rqlite->applied_index.reset();
       },
       4900, 4899},
      {"rqlite.applied_lag",
       [](auto& s, auto v) {
         report(s, 1).rqlite->fsm_index.reset();
         report(s, 1).rqlite->applied_index = v;
       },
       4900, 4899},
  });
}

TEST(Limits, Fractions) {
  check_limits<double>({
      {"system.load_high", [](auto& s, auto v) { report(s, 0).system->load_avg_1 = v; }, 8.0, 8.1},
      {"network.tcp_retrans_high", [](auto& s, auto v) { report(s, 0).network->tcp_retrans_pct = v; }, 5.0, 5.1},
  });
}

TEST(Limits, Flags) {
  check_limits<bool>({
      {"rqlite.unresponsive", [](auto& s, auto v) { report(s, 1).rqlite->responsive = v; }, true, false},
      {"rqlite.not_ready", [](auto& s, auto v) { report(s, 0).rqlite->ready = v; }, true, false},
      {"rqlite.strong_read_failed", [](auto& s, auto v) { report(s, 0).rqlite->strong_read = v; }, true, false},
      {"wireguard.interface_down", [](auto& s, auto v) { report(s, 0).wireguard->interface_up = v; }, true, false},
      {"service.restart_loop", [](auto& s, auto v) { service(s, 0, "caddy").restart_loop_risk = v; }, false, true},
      {"dns.coredns_down", [](auto& s, auto v) { report(s, 0).dns->coredns_active = v; }, true, false},
      {"dns.caddy_down", [](auto& s, auto v) { report(s, 0).dns->caddy_active = v; }, true, false},
      {"dns.tls_expired", [](auto& s, auto v) { report(s, 0).dns->wild_tls_expired = v; }, false, true},
      {"dns.soa_unresolved", [](auto& s, auto v) { report(s, 0).dns->soa_resolves = v; }, true, false},
      {"dns.wildcard_unresolved", [](auto& s, auto v) { report(s, 0).dns->wildcard_resolves = v; }, true, false},
      {"dns.base_a_unresolved", [](auto& s, auto v) { report(s, 0).dns->base_a_resolves = v; }, true, false},
      {"dns.ns_unresolved", [](auto& s, auto v) { report(s, 0).dns->ns_resolves = v; }, true, false},
      {"dns.port53_unbound", [](auto& s, auto v) { report(s, 0).dns->port_53_bound = v; }, true, false},
      {"dns.port443_unbound", [](auto& s, auto v) { report(s, 0).dns->port_443_bound = v; }, true, false},
      {"anyone.not_bootstrapped", [](auto& s, auto v) { report(s, 0).anyone->bootstrapped = v; }, true, false},
      {"network.ufw_inactive", [](auto& s, auto v) { report(s, 0).network->ufw_active = v; }, true, false},
      {"network.internet_unreachable", [](auto& s, auto v) { report(s, 0).network->internet_reachable = v; }, true,
       false},
      {"olric.service_down", [](auto& s, auto v) { report(s, 0).olric->service_active = v; }, true, false},
      {"olric.memberlist_down", [](auto& s, auto v) { report(s, 0).olric->memberlist_up = v; }, true, false},
      {"ipfs.daemon_down", [](auto& s, auto v) { report(s, 0).ipfs->daemon_active = v; }, true, false},
      {"ipfs.cluster_down", [](auto& s, auto v) { report(s, 0).ipfs->cluster_active = v; }, true, false},
      {"ipfs.swarm_key_missing", [](auto& s, auto v) { report(s, 0).ipfs->has_swarm_key = v; }, true, false},
      {"ipfs.bootstrap_not_empty", [](auto& s, auto v) { report(s, 0).ipfs->bootstrap_empty = v; }, true, false},
      {"vault.service_down", [](auto& s, auto v) { report(s, 0).vault->service_active = v; }, true, false},
      {"vault.unresponsive", [](auto& s, auto v) { report(s, 0).vault->responsive = v; }, true, false},
      {"gateway.unresponsive", [](auto& s, auto v) { report(s, 0).gateway->responsive = v; }, true, false},
      {"rqlite.peer_unreachable", [](auto& s, auto v) { report(s, 0).rqlite->nodes->at(raft(1)).reachable = v; }, true,
       false},
  });
}

TEST(Limits, StatusOfTheVault) {
  check_limits<std::string>({
      {"vault.degraded", [](auto& s, auto v) { report(s, 0).vault->status = v; }, "healthy", "degraded"},
      {"vault.degraded", [](auto& s, auto v) { report(s, 0).vault->status = v; }, "unavailable", "degraded"},
      {"vault.unavailable", [](auto& s, auto v) { report(s, 0).vault->status = v; }, "degraded", "unavailable"},
      {"vault.unavailable", [](auto& s, auto v) { report(s, 0).vault->status = v; }, "novel", "unavailable"},
  });
}

TEST(Limits, NamespaceFlags) {
  const auto tenant = [](Snapshot& s) -> model::Namespace& {
    model::Namespace one;
    one.name = "shop";
    one.rqlite_up = one.gateway_up = true;
    one.gateway_status = 200;
    report(s, 0).namespaces = std::vector{one};
    return (*report(s, 0).namespaces).front();
  };
  check_limits<bool>({
      {"namespace.gateway_down", [&](auto& s, auto v) { tenant(s).gateway_up = v; }, true, false},
      {"namespace.rqlite_down", [&](auto& s, auto v) { tenant(s).rqlite_up = v; }, true, false},
  });
  check_limits<std::int64_t>({
      {"namespace.gateway_unhealthy", [&](auto& s, auto v) { tenant(s).gateway_status = v; }, 499, 500},
  });
}

TEST(Limits, ThresholdsAreAnArgument) {
  const auto snapshot = healthy_fleet(3);
  Thresholds strict;
  strict.disk_pct = 10;
  EXPECT_TRUE(judge(snapshot).empty()) << text_of(judge(snapshot));
  EXPECT_EQ(with_id(judge(snapshot, strict), "system.disk_high").size(), 3U);
}

TEST(Limits, SeveritiesWhereSeedAndReferenceDiffer) {
  auto snapshot = healthy_fleet(3);
  report(snapshot, 0).dns->coredns_active = false;
  report(snapshot, 0).dns->caddy_active = false;
  service(snapshot, 0, "orama-olric").restart_loop_risk = true;
  const auto alerts = judge(snapshot);
  EXPECT_EQ(severity_of(alerts, "dns.coredns_down"), "warning");
  EXPECT_EQ(severity_of(alerts, "dns.caddy_down"), "warning");
  EXPECT_EQ(severity_of(alerts, "service.restart_loop"), "warning");
}

TEST(Limits, NumbersFromNodesMayBeAbsurd) {
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  auto snapshot = healthy_fleet(2);
  auto& first = report(snapshot, 0);
  first.time_unix_ms = kMax;
  first.system->swap_used_mb = kMax;
  first.system->swap_total_mb = 1;
  first.system->load_avg_1 = 1e308;
  first.rqlite->debug_vars->query_errors = kMax;
  first.rqlite->debug_vars->execute_errors = kMax;
  first.rqlite->commit_index = std::numeric_limits<std::uint64_t>::max();
  first.olric->member_count = kMin;
  first.ipfs->swarm_peers = kMin;
  first.wireguard->peer_count = kMin;
  first.wireguard->peers.reset();
  report(snapshot, 1).time_unix_ms.reset();
  report(snapshot, 1).system->time_unix = kMax;
  for (const auto& alert : judge(snapshot)) EXPECT_LE(alert.message.size(), 1000U) << alert.id;
}

}  // namespace
}  // namespace fleetwatch::alert::testing
