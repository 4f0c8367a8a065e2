// When rules must hold their tongue, and the details of what they say.
#include <gtest/gtest.h>

#include "builders.hpp"

namespace fleetwatch::alert::testing {
namespace {

using model::Snapshot;

TEST(Preconditions, AHealthyFleetGivesNoAlert) {
  for (const std::size_t n : {1U, 2U, 3U, 5U, 9U}) {
    const auto alerts = judge(healthy_fleet(n));
    EXPECT_TRUE(alerts.empty()) << n << " nodes\n" << text_of(alerts);
  }
}

TEST(Preconditions, AnEmptyReportGivesOnlyWhatOthersMiss) {
  auto snapshot = healthy_fleet(3);
  for (auto& node : snapshot.nodes) node.report = model::NodeReport{};
  EXPECT_TRUE(judge(snapshot).empty()) << text_of(judge(snapshot));
}

TEST(Preconditions, NoReportAtAllStopsAfterTheUnreached) {
  auto snapshot = healthy_fleet(2);
  lose(snapshot, 0);
  lose(snapshot, 1, model::FailureReason::dns);
  const auto alerts = judge(snapshot);
  ASSERT_EQ(alerts.size(), 2U);
  EXPECT_EQ(alerts[0].message, "collection failed: timeout (no answer)");
  EXPECT_EQ(alerts[1].message, "collection failed: dns (no answer)");
  EXPECT_EQ(alerts[1].commands, std::vector<std::string>{"getent hosts 198.18.7.2"});
}

TEST(Preconditions, RqliteRulesNeedAnAnswer) {
  const auto silent = [](Snapshot& s) {
    auto& rqlite = *report(s, 1).rqlite;
    rqlite.responsive = false;
    rqlite.ready = rqlite.strong_read = false;
    rqlite.raft_state = "Candidate";
    rqlite.goroutines = rqlite.heap_mb = 100'000;
    rqlite.fsm_pending = 100;
    rqlite.term = 99;
    rqlite.nodes->at(raft(0)).reachable = false;
    rqlite.debug_vars->snapshot_errors = 3;
  };
  check({{"answers not", "rqlite.unresponsive", 1, silent},
         {"answers not", "rqlite.not_ready", 0, silent},
         {"answers not", "rqlite.strong_read_failed", 0, silent},
         {"answers not", "rqlite.candidate", 0, silent},
         {"answers not", "rqlite.goroutines_high", 0, silent},
         {"answers not", "rqlite.heap_high", 0, silent},
         {"answers not", "rqlite.fsm_backlog", 0, silent},
         {"answers not", "rqlite.term_inconsistent", 0, silent},
         {"answers not", "rqlite.peer_unreachable", 0, silent},
         {"answers not", "rqlite.snapshot_errors", 0, silent}});
}

TEST(Preconditions, SectionRulesNeedTheirService) {
  const auto olric_stopped = [](Snapshot& s) {
    auto& olric = *report(s, 0).olric;
    olric.service_active = olric.memberlist_up = false;
    olric.log_suspects_1h = olric.log_flapping_1h = olric.log_errors_1h = 50;
    olric.restart_count = 9;
    olric.process_mem_mb = 5000;
    olric.member_count = 1;
  };
  const auto ipfs_stopped = [](Snapshot& s) {
    auto& ipfs = *report(s, 0).ipfs;
    ipfs.daemon_active = ipfs.cluster_active = ipfs.has_swarm_key = ipfs.bootstrap_empty = false;
    ipfs.swarm_peers = ipfs.cluster_peer_count = 0;
  };
  const auto gateway_silent = [](Snapshot& s) {
    report(s, 0).gateway->responsive = false;
    report(s, 0).gateway->http_status = 503;
    report(s, 0).gateway->subsystems->at("rqlite").status = "error";
  };
  const auto vault_broken = [](Snapshot& s) {
    report(s, 0).vault->status = "unavailable";
    report(s, 0).vault->restart_count = 9;
  };
  const auto vault_silent = [=](Snapshot& s) {
    vault_broken(s);
    report(s, 0).vault->responsive = false;
  };
  const auto vault_stopped = [=](Snapshot& s) {
    vault_silent(s);
    report(s, 0).vault->service_active = false;
  };
  const auto coredns_stopped = [](Snapshot& s) {
    auto& dns = *report(s, 0).dns;
    dns.coredns_active = dns.port_53_bound = dns.soa_resolves = dns.ns_resolves = false;
    dns.caddy_active = dns.port_443_bound = false;
  };
  const auto anyone_stopped = [](Snapshot& s) {
    report(s, 0).anyone->client_active = report(s, 0).anyone->bootstrapped = false;
  };
  check({{"", "olric.memberlist_down", 0, olric_stopped},
         {"", "olric.suspects", 0, olric_stopped},
         {"", "olric.flapping", 0, olric_stopped},
         {"", "olric.log_errors", 0, olric_stopped},
         {"", "olric.restarts", 0, olric_stopped},
         {"", "olric.memory_high", 0, olric_stopped},
         {"", "olric.member_count", 0, olric_stopped},
         {"", "ipfs.isolated", 0, ipfs_stopped},
         {"", "ipfs.swarm_key_missing", 0, ipfs_stopped},
         {"", "ipfs.bootstrap_not_empty", 0, ipfs_stopped},
         {"", "ipfs.cluster_peers_low", 0, ipfs_stopped},
         {"", "gateway.http_status", 0, gateway_silent},
         {"", "gateway.subsystem", 0, gateway_silent},
         {"answers", "vault.unavailable", 1, vault_broken},
         {"answers", "vault.restarts", 1, vault_broken},
         {"silent", "vault.unresponsive", 1, vault_silent},
         {"silent", "vault.unavailable", 0, vault_silent},
         {"silent", "vault.restarts", 0, vault_silent},
         {"stopped", "vault.service_down", 1, vault_stopped},
         {"stopped", "vault.unresponsive", 0, vault_stopped},
         {"stopped", "vault.unavailable", 0, vault_stopped},
         {"stopped", "vault.restarts", 0, vault_stopped},
         {"", "dns.port53_unbound", 0, coredns_stopped},
         {"", "dns.soa_unresolved", 0, coredns_stopped},
         {"", "dns.ns_unresolved", 0, coredns_stopped},
         {"", "dns.port443_unbound", 0, coredns_stopped},
         {"", "dns.coredns_down", 1, coredns_stopped},
         {"", "anyone.not_bootstrapped", 0, anyone_stopped}});
}

TEST(Preconditions, DnsRulesAreForNameservers) {
  const auto on_plain_node = [](Snapshot& s) {
    auto dns = healthy_dns();
    dns.coredns_active = dns.caddy_active = false;
    dns.base_tls_days_left = 2;
    dns.wild_tls_expired = true;
    report(s, 1).dns = dns;
  };
  check({{"", "dns.coredns_down", 0, on_plain_node},
         {"", "dns.base_tls_expiring", 0, on_plain_node},
         {"", "dns.tls_expired", 0, on_plain_node},
         {"any role", "dns.caddy_down", 1, on_plain_node}});
}

TEST(Preconditions, TlsUncheckedNeedsThePortAndTheZone) {
  check({{"port free", "dns.tls_unchecked", 0,
          [](Snapshot& s) {
            report(s, 0).dns->base_tls_days_left = -1;
            report(s, 0).dns->port_443_bound = false;
          }},
         {"zone unknown to the reference", "dns.tls_unchecked", 0,
          [](Snapshot& s) {
            auto& dns = *report(s, 0).dns;
            report(s, 0).collector.reset();
            dns.soa_resolves = dns.ns_resolves = dns.base_a_resolves = dns.wildcard_resolves = false;
            dns.base_tls_days_left = dns.wild_tls_days_left = -1;
          }},
         {"both are one", "dns.tls_unchecked", 1,
          [](Snapshot& s) { report(s, 0).dns->base_tls_days_left = report(s, 0).dns->wild_tls_days_left = -1; }},
         {"expired today is not unchecked", "dns.tls_unchecked", 0, [](Snapshot& s) {
            report(s, 0).dns->base_tls_days_left = -1;
            report(s, 0).dns->base_tls_expired = true;
          }}});
}

TEST(Preconditions, ZerosOfTheReference) {
  check({{"no processors known", "system.load_high", 0,
          [](Snapshot& s) {
            report(s, 0).system->cpu_count = 0;
            report(s, 0).system->load_avg_1 = 50;
          }},
         {"no swap", "system.swap_high", 0,
          [](Snapshot& s) {
            report(s, 0).system->swap_total_mb = 0;
            report(s, 0).system->swap_used_mb = 10;
          }},
         {"clock not read", "system.clock_skew", 0,
          [](Snapshot& s) {
            report(s, 0).time_unix_ms.reset();
            report(s, 0).system->time_unix = 0;
          }},
         {"never shook hands has age 0", "wireguard.handshake_stale", 0,
          [](Snapshot& s) {
            report(s, 0).wireguard->peers->front().latest_handshake = 0;
            report(s, 0).wireguard->peers->front().handshake_age_sec = 9999;
          }},
         {"bootstrap list of an API that did not answer", "ipfs.bootstrap_not_empty", 0,
          [](Snapshot& s) {
            report(s, 0).collector.reset();
            report(s, 0).ipfs->kubo_version.reset();
            report(s, 0).ipfs->bootstrap_empty = false;
          }},
         {"cluster just started", "ipfs.cluster_peers_low", 0,
          [](Snapshot& s) {
            report(s, 0).ipfs->cluster_peer_count = 1;
            service(s, 0, "orama-ipfs-cluster").active_since_sec = 30;
          }},
         {"another has just started", "ipfs.cluster_peers_low", 0, [](Snapshot& s) {
            report(s, 0).ipfs->cluster_peer_count = 2;
            service(s, 2, "orama-ipfs-cluster").active_since_sec = 30;
          }}});
}

TEST(Preconditions, SmallFleetsHaveNobodyToMiss) {
  check({{"alone", "ipfs.isolated", 0, [](Snapshot& s) { report(s, 0).ipfs->swarm_peers = 0; }},
         {"alone", "ipfs.cluster_peers_low", 0, [](Snapshot& s) { report(s, 0).ipfs->cluster_peer_count = 0; }},
         {"alone", "rqlite.quorum_fragile", 0, [](Snapshot&) {}},
         {"alone", "system.clock_skew", 0, [](Snapshot& s) { report(s, 0).time_unix_ms = 1; }}},
        1);
  check({{"all voters are up", "rqlite.quorum_fragile", 0, [](Snapshot&) {}}}, 2);
}

TEST(Preconditions, HandshakeNeedsKeepaliveOnEitherEnd) {
  const auto stale = [](Snapshot& s, bool own, bool other) {
    auto& here = report(s, 0).wireguard->peers->front();  // node 1
    here.handshake_age_sec = 4000;
    if (!own) here.keepalive.reset();
    auto& there = report(s, 1).wireguard->peers->front();  // node 0
    if (!other) there.keepalive.reset();
  };
  check({{"both", "wireguard.handshake_stale", 1, [&](Snapshot& s) { stale(s, true, true); }},
         {"own", "wireguard.handshake_stale", 1, [&](Snapshot& s) { stale(s, true, false); }},
         {"other", "wireguard.handshake_stale", 1, [&](Snapshot& s) { stale(s, false, true); }},
         {"neither: idle is idle", "wireguard.handshake_stale", 0, [&](Snapshot& s) { stale(s, false, false); }}});
}

TEST(Preconditions, WithNodeOnlyRulesAboutOneNodeSpeak) {
  auto snapshot = healthy_fleet(1);
  snapshot.environment_size = 3;
  snapshot.filtered = true;
  auto& only = report(snapshot, 0);
  only.wireguard = healthy_wireguard(0, 3);
  only.rqlite = healthy_rqlite(0, 3);
  only.rqlite->raft_state = "Follower";
  only.rqlite->leader_addr = "";
  only.rqlite->ready = false;
  only.ipfs->swarm_peers = 2;
  EXPECT_EQ(keys(judge(snapshot)), std::vector<std::string>{"rqlite.not_ready@198.18.7.1"});

  only.wireguard->peers->pop_back();
  EXPECT_EQ(with_id(judge(snapshot), "wireguard.peer_count").size(), 1U) << "the hidden nodes count";
  only.ipfs->swarm_peers = 0;
  EXPECT_EQ(with_id(judge(snapshot), "ipfs.isolated").size(), 1U);
}

TEST(Services, WhoIsSkipped) {
  const auto idle = [](Snapshot& s, std::size_t i, std::string_view name) {
    service(s, i, name).load_state.reset();
    service(s, i, name).enabled = false;
    stop(s, i, name);
    service(s, i, name).sub_state = "dead";
  };
  check({{"coredns on a plain node", "service.not_active", 0, [&](Snapshot& s) { idle(s, 1, "coredns"); }},
         {"coredns on a nameserver", "service.not_active", 1, [&](Snapshot& s) { idle(s, 0, "coredns"); }},
         {"the relay of a client", "service.not_active", 0, [&](Snapshot& s) { idle(s, 1, "orama-anyone-relay"); }},
         {"the client of a client", "service.not_active", 1, [&](Snapshot& s) { idle(s, 1, "orama-anyone-client"); }},
         {"neither relay nor client", "service.not_active", 0,
          [&](Snapshot& s) {
            report(s, 1).anyone->mode.reset();
            idle(s, 1, "orama-anyone-relay");
            idle(s, 1, "orama-anyone-client");
          }},
         {"no anyone section", "service.not_active", 0,
          [&](Snapshot& s) {
            report(s, 1).anyone = {};
            idle(s, 1, "orama-anyone-client");
          }},
         {"gateway inside orama-node", "service.not_active", 0, [&](Snapshot& s) { idle(s, 1, "orama-gateway"); }},
         {"gateway that does not answer", "service.not_active", 1,
          [&](Snapshot& s) {
            idle(s, 1, "orama-gateway");
            report(s, 1).gateway->responsive = false;
          }},
         {"caddy on a plain node", "service.not_active", 0, [&](Snapshot& s) { idle(s, 1, "caddy"); }},
         {"caddy installed on a plain node", "service.not_active", 1,
          [&](Snapshot& s) { service(s, 1, "caddy") = unit("caddy", "inactive"); }},
         {"not found", "service.not_active", 0,
          [&](Snapshot& s) { service(s, 1, "orama-ipfs") = missing_unit("orama-ipfs"); }},
         {"unknown", "service.not_active", 0, [](Snapshot& s) { stop(s, 1, "orama-ipfs", "unknown"); }},
         {"empty", "service.not_active", 0, [](Snapshot& s) { stop(s, 1, "orama-ipfs", ""); }},
         {"failed", "service.not_active", 0, [](Snapshot& s) { stop(s, 1, "orama-ipfs", "failed"); }},
         {"failed is never skipped", "service.failed", 1, [](Snapshot& s) { stop(s, 1, "coredns", "failed"); }}});
}

TEST(Services, FailedUnitsAreNamedOnce) {
  check({{"known as failed", "service.failed_unit", 0,
          [](Snapshot& s) {
            stop(s, 1, "orama-ipfs", "failed");
            report(s, 1).services->failed_units = {"orama-ipfs.service"};
          }},
         {"under its newer name", "service.failed_unit", 0,
          [](Snapshot& s) {
            stop(s, 1, "orama-ipfs", "failed");
            report(s, 1).services->failed_units = {"orama-namespace-ipfs@index.service"};
          }},
         {"another one", "service.failed_unit", 1,
          [](Snapshot& s) { report(s, 1).services->failed_units = {"logrotate.service"}; }},
         {"a core unit listed under both names", "service.failed", 1, [](Snapshot& s) {
            stop(s, 1, "orama-ipfs", "failed");
            report(s, 1).services->services.push_back(unit("orama-namespace-ipfs@index", "failed"));
          }}});
}

TEST(Services, MissingHereButInstalledElsewhere) {
  const auto remove = [](Snapshot& s, std::size_t i, std::string_view name) {
    service(s, i, name) = missing_unit(std::string(name));
  };
  check({{"on one", "service.not_installed", 1, [&](Snapshot& s) { remove(s, 1, "orama-olric"); }},
         {"on all", "service.not_installed", 0,
          [&](Snapshot& s) {
            for (std::size_t i = 0; i < 3; ++i) remove(s, i, "orama-olric");
          }},
         {"gateway inside orama-node", "service.not_installed", 0, [&](Snapshot& s) { remove(s, 1, "orama-gateway"); }},
         {"load state not told", "service.not_installed", 0,
          [&](Snapshot& s) { service(s, 1, "orama-olric").load_state.reset(); }}});
}

TEST(Gateway, NamesTheSubsystem) {
  auto snapshot = healthy_fleet(3);
  auto& rqlite = report(snapshot, 1).gateway->subsystems->at("rqlite");
  rqlite.status = "error";
  rqlite.error = "no leader\x1b[2J";
  const auto alerts = judge(snapshot);
  ASSERT_EQ(alerts.size(), 1U) << text_of(alerts);
  EXPECT_EQ(alerts[0].key, "gateway.subsystem@198.18.7.2/rqlite");
  EXPECT_EQ(alerts[0].message, "subsystem rqlite: error, no leader\\x1b[2J");
  rqlite.status = "";
  EXPECT_TRUE(judge(snapshot).empty());
}

TEST(Network, PortsThatTheFirewallOpens) {
  const auto with_rule = [](std::string rule) {
    return [rule = std::move(rule)](Snapshot& s) { report(s, 0).network->ufw_rules = std::vector{rule}; };
  };
  constexpr std::string_view kRule = "network.internal_port_exposed";
  check(
      {{"open", kRule, 1, with_rule("[ 1] 5001/tcp                   ALLOW IN    Anywhere")},
       {"open, IPv6", kRule, 1, with_rule("[ 1] 5001/tcp (v6)              ALLOW IN    Anywhere (v6)")},
       {"any protocol", kRule, 1, with_rule("[ 1] 6001                       ALLOW IN    Anywhere")},
       {"limited rate is open", kRule, 1, with_rule("[ 1] 3320/tcp                   LIMIT IN    Anywhere")},
       {"to one machine outside", kRule, 1, with_rule("[ 1] 4501/tcp                   ALLOW IN    203.0.113.7")},
       {"a wider network", kRule, 1, with_rule("[ 1] 4501/tcp                   ALLOW IN    10.0.0.0/8")},
       {"a range", kRule, 1, with_rule("[ 1] 5000:5100/tcp              ALLOW IN    Anywhere")},
       {"a list, two ports", kRule, 2, with_rule("[ 1] 5001,6001/tcp              ALLOW IN    Anywhere")},
       {"everything", kRule, 4, with_rule("[ 1] Anywhere                   ALLOW IN    Anywhere")},
       {"address and port", kRule, 1, with_rule("[ 1] 203.0.113.7 5001/tcp       ALLOW IN    Anywhere")},
       {"old form", kRule, 1, with_rule("5001 ALLOW Anywhere")},
       {"15001 is another port", kRule, 0, with_rule("[ 1] 15001/tcp                  ALLOW IN    Anywhere")},
       {"45010 is another port", kRule, 0, with_rule("[ 1] 45010/tcp                  ALLOW IN    Anywhere")},
       {"the mesh", kRule, 0, with_rule("[ 1] 5001/tcp                   ALLOW IN    10.0.0.0/24")},
       {"one of the mesh", kRule, 0, with_rule("[ 1] 5001/tcp                   ALLOW IN    10.0.0.7")},
       {"the mesh's interface", kRule, 0, with_rule("[ 1] 5001/tcp on wg0            ALLOW IN    Anywhere")},
       {"all of the mesh's interface", kRule, 0, with_rule("[ 1] Anywhere on wg0            ALLOW IN    Anywhere")},
       {"the mesh's address", kRule, 0, with_rule("[ 1] 10.0.0.1 5001/tcp          ALLOW IN    Anywhere")},
       {"trusted machine, all ports", kRule, 0, with_rule("[ 1] Anywhere                   ALLOW IN    203.0.113.7")},
       {"denied", kRule, 0, with_rule("[ 1] 5001/tcp                   DENY IN     Anywhere")},
       {"outgoing", kRule, 0, with_rule("[ 1] 5001/tcp                   ALLOW OUT   Anywhere (out)")},
       {"UDP", kRule, 0, with_rule("[ 1] 5001/udp                   ALLOW IN    Anywhere")},
       {"half of the internet, all ports", kRule, 4,
        with_rule("[ 1] Anywhere                   ALLOW IN    0.0.0.0/1")},
       {"much of the internet, all ports", kRule, 4, with_rule("[ 1] Anywhere (v6)              ALLOW IN    2000::/3")},
       {"trusted machine, IPv6", kRule, 0, with_rule("[ 1] Anywhere (v6)              ALLOW IN    2001:db8::7")},
       {"another protocol", kRule, 0, with_rule("[ 1] Anywhere/esp                ALLOW IN    Anywhere/esp")},
       {"another protocol, IPv6", kRule, 0,
        with_rule("[ 1] Anywhere/esp (v6)           ALLOW IN    Anywhere/esp (v6)")},
       {"all of TCP", kRule, 4, with_rule("[ 1] Anywhere/tcp                ALLOW IN    Anywhere/tcp")},
       {"all of TCP at an address", kRule, 4, with_rule("[ 1] 203.0.113.7/tcp            ALLOW IN    Anywhere")},
       {"all of TCP in the mesh", kRule, 0, with_rule("[ 1] 10.0.0.2/tcp               ALLOW IN    10.0.0.1/tcp")},
       {"a source port", kRule, 4, with_rule("[ 1] Anywhere                   ALLOW IN    1000/tcp")},
       {"a source port of UDP", kRule, 0, with_rule("[ 1] Anywhere                   ALLOW IN    53/udp")},
       {"a source port of the mesh", kRule, 0,
        with_rule("[ 1] 5001/tcp                   ALLOW IN    10.0.0.3 1024:65535/tcp")},
       {"a UDP comment", kRule, 1, with_rule("[ 1] 5001                       ALLOW IN    Anywhere # x/udp")},
       {"routed", kRule, 0, with_rule("[ 1] 5001/tcp                   ALLOW FWD   Anywhere")},
       {"to this machine", kRule, 0, with_rule("[ 1] ::1 6001                   ALLOW IN    Anywhere (v6)")},
       {"an application", kRule, 0, with_rule("[ 1] OpenSSH                    ALLOW IN    Anywhere")},
       {"only in a comment", kRule, 0, with_rule("[ 1] 22/tcp ALLOW IN Anywhere # was 5001")},
       {"10.0.0. only in a comment", kRule, 1, with_rule("[ 1] 5001/tcp ALLOW IN Anywhere # 10.0.0.0/24")},
       {"nonsense", kRule, 0, with_rule("[")},
       {"empty", kRule, 0, with_rule("")}});
}

TEST(Report, SectionsThatAreMissingForAReason) {
  check({{"crashed", "report.section_failed", 1,
          [](Snapshot& s) { report(s, 1).network = model::Section<model::Network>::crashed(); }},
         {"cut", "report.section_failed", 1,
          [](Snapshot& s) {
            report(s, 1).dns = {};
            report(s, 1).errors = {"dns: timeout: not ready at the deadline"};
          }},
         {"one field timed out", "report.section_failed", 0,
          [](Snapshot& s) {
            report(s, 1).errors = {"rqlite.strong_read: timeout: no answer", "rqlite: timeout: late"};
          }},
         {"crashed, of the later ones", "report.section_failed", 3,
          [](Snapshot& s) {
            report(s, 1).vault = decltype(model::NodeReport::vault)::crashed();
            report(s, 1).deployments = decltype(model::NodeReport::deployments)::crashed();
            report(s, 1).serverless = decltype(model::NodeReport::serverless)::crashed();
          }},
         {"not installed", "report.section_failed", 0, [](Snapshot& s) { report(s, 1).anyone = {}; }},
         {"not asked for", "report.section_failed", 0,
          [](Snapshot& s) {
            report(s, 1).sections = std::vector<std::string>{"wireguard"};
            report(s, 1).gateway = {};
          }},
         {"denied, once per node", "report.denied", 1,
          [](Snapshot& s) {
            report(s, 1).errors = {"wireguard: denied: x", "network.ufw_rules: denied: y"};
          }},
         {"other words", "report.denied", 0, [](Snapshot& s) {
            report(s, 1).errors = {"denied", "a: unavailable: denied: no"};
          }}});
}

}  // namespace
}  // namespace fleetwatch::alert::testing
