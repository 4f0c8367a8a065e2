// The numbers that rules compare with. All are strict: a value equal to its threshold raises nothing.
#pragma once

#include <cstdint>

namespace fleetwatch::alert {

struct Thresholds {
  std::int64_t joining_s = 300;                 // orama-node active for less: the node is still joining
  std::int64_t cluster_settle_s = 30;           // IPFS Cluster lists a new peer up to 16 s after its start
  double leader_contact_ms = 2000;              // a follower names a dead leader for about 2 s
  std::uint64_t term_delta = 1;                 // highest minus lowest raft term
  std::uint64_t log_lag = 100;                  // raft entries: applied, commit and database index apart
  std::uint64_t fsm_pending = 10;               // batches waiting for the database
  std::int64_t goroutines = 1000;               // of rqlite
  std::int64_t heap_mb = 1000;                  // of rqlite
  std::int64_t handshake_s = 180;               // WireGuard renews a used session after 120 s
  double clock_skew_ms = 5000;                  // between two nodes
  std::int64_t memory_pct = 90;                 //
  std::int64_t disk_pct = 85;                   //
  double swap_pct = 30;                         //
  double load_per_cpu = 2.0;                    // 1-minute load
  std::int64_t inodes_pct = 90;                 // warning
  std::int64_t inodes_critical_pct = 95;        //
  std::int64_t tls_days = 14;                   // certificate's remaining days: fewer is a warning
  double tcp_retrans_pct = 5.0;                 //
  std::int64_t olric_leaves_1h = 5;             // members that left
  std::int64_t olric_log_errors_1h = 20;        //
  std::int64_t olric_restarts = 3;              //
  std::int64_t olric_memory_mb = 500;           //
  std::int64_t repo_pct = 90;                   // IPFS repository, warning
  std::int64_t repo_critical_pct = 95;          //
  std::int64_t vault_restarts = 3;              //
  std::int64_t gateway_unhealthy_status = 499;  // a namespace gateway's HTTP status above it
};

}  // namespace fleetwatch::alert
