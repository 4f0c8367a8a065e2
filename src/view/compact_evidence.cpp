#include "view/compact_evidence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/redact.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"

namespace fleetwatch::view {

namespace {

constexpr std::size_t kTextBytes = 80;      // of one text value
constexpr std::size_t kTextsByName = 4;     // that one entry lists; more are counted
constexpr std::size_t kDistinctTexts = 64;  // that are told apart

struct Looked {
  std::string_view rule;
  std::string_view fields;
};

constexpr Looked kLooked[] = {
    {"ssh.collect_failed", ""},
    {"rqlite.no_leader", "rqlite.raft_state rqlite.leader_addr"},
    {"rqlite.split_brain", "rqlite.raft_state rqlite.term"},
    {"rqlite.leader_disagreement", "rqlite.leader_addr"},
    {"rqlite.quorum_lost", "rqlite.raft_state rqlite.strong_read"},
    {"rqlite.quorum_fragile", "rqlite.raft_state"},
    {"rqlite.term_inconsistent", "rqlite.term"},
    {"rqlite.applied_lag", "rqlite.applied_index rqlite.fsm_index"},
    {"rqlite.unresponsive", "rqlite.responsive"},
    {"rqlite.not_ready", "rqlite.ready rqlite.raft_state"},
    {"rqlite.strong_read_failed", "rqlite.strong_read rqlite.leader_addr"},
    {"rqlite.candidate", "rqlite.raft_state rqlite.term"},
    {"rqlite.shutdown", "rqlite.raft_state"},
    {"rqlite.fsm_backlog", "rqlite.fsm_pending rqlite.commit_index rqlite.fsm_index"},
    {"rqlite.commit_applied_gap", "rqlite.commit_index rqlite.applied_index"},
    {"rqlite.goroutines_high", "rqlite.goroutines"},
    {"rqlite.heap_high", "rqlite.heap_mb"},
    {"rqlite.peer_unreachable", "rqlite.nodes.reachable rqlite.nodes.error"},
    {"rqlite.peer_joining", "rqlite.nodes.reachable"},
    {"rqlite.leader_not_found", "rqlite.debug_vars.leader_not_found"},
    {"rqlite.snapshot_errors", "rqlite.debug_vars.snapshot_errors"},
    {"rqlite.query_errors", "rqlite.debug_vars.query_errors rqlite.debug_vars.execute_errors"},
    {"wireguard.peer_count", "wireguard.peer_count"},
    {"wireguard.interface_down", "wireguard.interface_up wireguard.service_active"},
    {"wireguard.handshake_stale", "wireguard.peers.handshake_age_sec wireguard.peers.keepalive"},
    {"wireguard.handshake_never", "wireguard.peers.latest_handshake"},
    {"system.clock_skew", ""},
    {"system.version_mismatch", "version"},
    {"system.memory_high", "system.mem_use_pct"},
    {"system.disk_high", "system.disk_use_pct"},
    {"system.oom_kills", "system.oom_kills"},
    {"system.swap_high", "system.swap_used_mb system.swap_total_mb"},
    {"system.load_high", "system.load_avg_1 system.cpu_count"},
    {"system.inodes_high", "system.inode_use_pct"},
    {"system.inodes_critical", "system.inode_use_pct"},
    {"system.zombies", "processes.zombie_count"},
    {"system.orphans", "processes.orphan_count"},
    {"system.panics", "processes.panic_count"},
    {"service.failed", "services.services.active_state services.services.n_restarts"},
    {"service.not_active", "services.services.active_state services.services.sub_state"},
    {"service.restart_loop", "services.services.n_restarts services.services.active_since_sec"},
    {"service.failed_unit", ""},
    {"service.not_installed", "services.services.load_state"},
    {"dns.coredns_down", "dns.coredns_active"},
    {"dns.caddy_down", "dns.caddy_active"},
    {"dns.port53_unbound", "dns.port_53_bound"},
    {"dns.port443_unbound", "dns.port_443_bound"},
    {"dns.soa_unresolved", "dns.soa_resolves"},
    {"dns.ns_unresolved", "dns.ns_resolves"},
    {"dns.wildcard_unresolved", "dns.wildcard_resolves"},
    {"dns.base_a_unresolved", "dns.base_a_resolves"},
    {"dns.tls_expired", "dns.base_tls_expired dns.wild_tls_expired"},
    {"dns.tls_unchecked", "dns.base_tls_days_left dns.wild_tls_days_left"},
    {"dns.base_tls_expiring", "dns.base_tls_days_left"},
    {"dns.wildcard_tls_expiring", "dns.wild_tls_days_left"},
    {"anyone.not_bootstrapped", "anyone.bootstrap_pct"},
    {"namespace.gateway_down", "namespaces.gateway_up"},
    {"namespace.gateway_unhealthy", "namespaces.gateway_status"},
    {"namespace.rqlite_down", "namespaces.rqlite_up"},
    {"network.internet_unreachable", "network.internet_reachable network.default_route"},
    {"network.tcp_retrans_high", "network.tcp_retrans_pct network.tcp_retrans_window_sec"},
    {"network.ufw_inactive", "network.ufw_active"},
    {"network.internal_port_exposed", ""},
    {"olric.service_down", "olric.service_active"},
    {"olric.memberlist_down", "olric.memberlist_up"},
    {"olric.member_count", "olric.member_count"},
    {"olric.memory_high", "olric.process_mem_mb"},
    {"olric.restarts", "olric.restart_count"},
    {"olric.log_errors", "olric.log_errors_1h"},
    {"olric.suspects", "olric.log_suspects_1h"},
    {"olric.flapping", "olric.log_flapping_1h"},
    {"ipfs.daemon_down", "ipfs.daemon_active"},
    {"ipfs.cluster_down", "ipfs.cluster_active"},
    {"ipfs.isolated", "ipfs.swarm_peers"},
    {"ipfs.swarm_peers_low", "ipfs.swarm_peers"},
    {"ipfs.cluster_peers_low", "ipfs.cluster_peer_count"},
    {"ipfs.cluster_errors", "ipfs.cluster_errors"},
    {"ipfs.repo_high", "ipfs.repo_use_pct"},
    {"ipfs.repo_full", "ipfs.repo_use_pct"},
    {"ipfs.swarm_key_missing", "ipfs.has_swarm_key"},
    {"ipfs.bootstrap_not_empty", "ipfs.bootstrap_empty"},
    {"gateway.unresponsive", "gateway.responsive"},
    {"gateway.http_status", "gateway.http_status"},
    {"gateway.subsystem", "gateway.subsystems.status gateway.subsystems.error"},
    {"vault.service_down", "vault.service_active"},
    {"vault.unresponsive", "vault.responsive"},
    {"vault.unavailable", "vault.status vault.healthy vault.guardians vault.threshold"},
    {"vault.degraded", "vault.status vault.healthy vault.guardians vault.write_quorum"},
    {"vault.restarts", "vault.restart_count"},
    {"report.section_failed", ""},
    {"report.denied", ""},
};

// Follows a path through the described structs to a value.
class Walk {
 public:
  Walk(Evidence& evidence, std::string name, std::string_view subject)
      : evidence_(evidence), name_(std::move(name)), subject_(subject) {}

  template <model::HasFields T>
  void look(const T& value, std::string_view path) {
    const auto dot = std::min(path.find('.'), path.size());
    const auto key = path.substr(0, dot);
    path.remove_prefix(std::min(dot + 1, path.size()));
    model::for_each_field<T>([&](const auto& field) {
      if (field.key == key) look(value.*field.member, path);
    });
  }
  template <class T>
  void look(const std::optional<T>& value, std::string_view path) {
    if (value) look(*value, path);
  }
  template <class T>
  void look(const model::Section<T>& value, std::string_view path) {
    if (value) look(*value, path);
  }
  template <class T>
  void look(const std::vector<T>& items, std::string_view path) {
    if constexpr (model::HasFields<T>) {
      for (const auto& item : items) {
        if (is_subject(item)) return look(item, path);
      }
    }
  }
  template <class T>
  void look(const std::map<std::string, T>& items, std::string_view path) {
    const auto found = items.find(std::string(subject_));
    if (found != items.end()) look(found->second, path);
  }
  void look(bool value, std::string_view path) { add(value, path); }
  void look(std::int64_t value, std::string_view path) { add(value, path); }
  void look(std::uint64_t value, std::string_view path) { add(value, path); }
  void look(double value, std::string_view path) { add(value, path); }
  void look(const std::string& value, std::string_view path) { add(value, path); }

 private:
  // Items of lists are named by their first field: unit, public key, namespace.
  template <model::HasFields T>
  bool is_subject(const T& item) const {
    const auto& first = std::get<0>(model::Described<T>::fields);
    if constexpr (requires { item.*first.member == subject_; }) return item.*first.member == subject_;
    return false;
  }
  template <class T>
  void add(const T& value, std::string_view rest) {
    if (rest.empty()) evidence_.add(name_, value);
  }

  Evidence& evidence_;
  std::string name_;
  std::string_view subject_;
};

bool is_of_an_item(std::string_view path) { return std::count(path.begin(), path.end(), '.') > 1; }

std::string listed(const std::map<std::string, std::size_t>& texts) {
  std::vector<std::pair<std::string, std::size_t>> most(texts.begin(), texts.end());
  std::stable_sort(most.begin(), most.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (most.size() == 1) return foreign_text(most.front().first, kTextBytes);
  std::vector<std::string> parts;
  for (const auto& [text, count] : most) {
    if (parts.size() == kTextsByName) {
      parts.push_back(fmt::format("{} more", most.size() - kTextsByName));
      break;
    }
    parts.push_back(fmt::format("{} ({})", foreign_text(text, kTextBytes), count));
  }
  return join(parts, ", ");
}

}  // namespace

std::string foreign_text(std::string_view text, std::size_t max_bytes) {
  // A long text is looked at a little beyond its limit, so that no secret is cut before it is known as one.
  constexpr std::size_t kAhead = 512;
  std::string safe = terminal_safe(redact(text.substr(0, max_bytes + kAhead)));
  if (safe.size() <= max_bytes) return safe;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(safe[end]) & 0xC0U) == 0x80U) --end;
  return safe.substr(0, end) + "…";
}

void Evidence::add_text(Texts& texts, const std::string& value) {
  if (texts.size() < kDistinctTexts || texts.contains(value)) ++texts[value];
}

std::optional<model::CompactValues> Evidence::numbers() const {
  model::CompactValues values;
  for (const auto& [name, number] : numbers_) {
    const bool one = number.range.lowest == number.range.highest;
    values.emplace(name, one ? number.first : model::CompactValue(number.range));
  }
  for (const auto& [name, texts] : plain_) {
    const bool one = texts.size() == 1;
    values.emplace(name,
                   one ? model::CompactValue(texts.begin()->first == "true") : model::CompactValue(listed(texts)));
  }
  return values.empty() ? std::nullopt : std::optional(std::move(values));
}

std::optional<model::CompactValues> Evidence::texts() const {
  model::CompactValues values;
  for (const auto& [name, texts] : texts_) values.emplace(name, listed(texts));
  return values.empty() ? std::nullopt : std::optional(std::move(values));
}

std::optional<std::string_view> fields_of(std::string_view rule) {
  const auto* found =
      std::find_if(std::begin(kLooked), std::end(kLooked), [&](const Looked& row) { return row.rule == rule; });
  return found == std::end(kLooked) ? std::nullopt : std::optional(found->fields);
}

void add_evidence(Evidence& evidence, const model::NodeReport& report, std::string_view rule,
                  std::string_view subject) {
  for (const auto path : words(fields_of(rule).value_or(""))) {
    Walk(evidence, std::string(path.substr(path.rfind('.') + 1)), subject).look(report, path);
  }
}

void add_values(Evidence& evidence, const model::NodeReport& report, std::string_view rule) {
  for (const auto path : words(fields_of(rule).value_or(""))) {
    if (!is_of_an_item(path)) Walk(evidence, std::string(path), {}).look(report, path);
  }
}

}  // namespace fleetwatch::view
