// Which fields of a report say nothing by changing: they always do. One table, so that a reader of `monitor diff` can
// see what it leaves out.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace fleetwatch::view {

enum class Watch {
  never,      // clocks, counters, sizes, loads, copies of other fields
  by_points,  // a percentage: from 5 points on
  by_start,   // a running time: view/restarts.hpp compares when it began
};

struct VolatileField {
  std::string_view path;  // without the brackets of list members; stands for all below it too
  Watch watch;
};

inline constexpr std::int64_t kPoints = 5;

inline constexpr std::array<VolatileField, 61> kVolatileFields = {{
    {"timestamp", Watch::never},
    {"public_ip", Watch::never},
    {"wireguard_ip", Watch::never},
    {"collect_ms", Watch::never},
    {"ages_sec", Watch::never},
    {"time_unix_ms", Watch::never},
    {"system.uptime_seconds", Watch::by_start},
    {"system.uptime_since", Watch::never},
    {"system.load_avg_1", Watch::never},
    {"system.load_avg_5", Watch::never},
    {"system.load_avg_15", Watch::never},
    {"system.mem_used_mb", Watch::never},
    {"system.mem_free_mb", Watch::never},
    {"system.mem_available_mb", Watch::never},
    {"system.mem_use_pct", Watch::by_points},
    {"system.swap_used_mb", Watch::never},
    {"system.disk_used_gb", Watch::never},
    {"system.disk_avail_gb", Watch::never},
    {"system.disk_use_pct", Watch::by_points},
    {"system.inode_use_pct", Watch::by_points},
    {"system.oom_kills_since_unix", Watch::never},
    {"system.time_unix", Watch::never},
    {"services.services.active_since_sec", Watch::by_start},
    {"services.services.memory_current_mb", Watch::never},
    {"services.services.cpu_usage_nsec", Watch::never},
    {"services.services.main_pid", Watch::never},
    {"rqlite.applied_index", Watch::never},
    {"rqlite.commit_index", Watch::never},
    {"rqlite.fsm_index", Watch::never},
    {"rqlite.leader_commit_index", Watch::never},
    {"rqlite.fsm_pending", Watch::never},
    {"rqlite.last_contact", Watch::never},
    {"rqlite.db_size", Watch::never},
    {"rqlite.uptime", Watch::never},
    {"rqlite.goroutines", Watch::never},
    {"rqlite.heap_mb", Watch::never},
    {"rqlite.nodes.time_ms", Watch::never},
    {"rqlite.nodes.error", Watch::never},
    {"rqlite.debug_vars", Watch::never},
    {"olric.process_mem_mb", Watch::never},
    {"olric.log_errors_1h", Watch::never},
    {"olric.log_suspects_1h", Watch::never},
    {"olric.log_flapping_1h", Watch::never},
    {"ipfs.repo_size_bytes", Watch::never},
    {"ipfs.repo_use_pct", Watch::by_points},
    {"gateway.subsystems.latency", Watch::never},
    {"wireguard.peers.latest_handshake", Watch::never},
    {"wireguard.peers.handshake_age_sec", Watch::never},
    {"wireguard.peers.transfer_rx_bytes", Watch::never},
    {"wireguard.peers.transfer_tx_bytes", Watch::never},
    {"dns.coredns_mem_mb", Watch::never},
    {"dns.log_errors_5m", Watch::never},
    {"network.tcp_established", Watch::never},
    {"network.tcp_time_wait", Watch::never},
    {"network.tcp_retrans_pct", Watch::never},
    {"network.tcp_retrans_window_sec", Watch::never},
    {"network.tcp_retrans_pct_boot", Watch::never},
    {"processes.zombies", Watch::never},
    {"processes.orphans", Watch::never},
    {"vault.process_mem_mb", Watch::never},
    {"vault.log_errors_1h", Watch::never},
}};

}  // namespace fleetwatch::view
