// rqlite of one node.
#include <fmt/format.h>

#include <algorithm>

#include "alert/rule.hpp"
#include "alert/units.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;

void unresponsive(const Look& look, Findings& out) {
  const auto* rqlite = look.section(&model::NodeReport::rqlite);
  if (rqlite != nullptr && is_false(rqlite->responsive)) out.push_back({.message = "not responding"});
}

// Which other node's loss would explain that this one cannot ask its leader.
void blame(const Look& look, const model::Rqlite& rqlite, Finding& finding) {
  const auto& fleet = look.fleet;
  finding.explained = Explained::by_any;
  const auto leader = fleet.owners_of(rqlite.leader_addr.value_or(""));
  if (!leader.empty() && leader.front() != look.node->index) {
    finding.about = leader;
    return;
  }
  for (const auto suspect : fleet.raft.suspects) {
    if (suspect != look.node->index) finding.about.push_back(suspect);
  }
  finding.about.push_back(kCluster);
}

void not_ready(const Look& look, Findings& out) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite == nullptr || !is_false(rqlite->ready)) return;
  blame(look, *rqlite, out.emplace_back(Finding{.message = "not ready (readyz)"}));
}

void strong_read_failed(const Look& look, Findings& out) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite == nullptr || !is_false(rqlite->strong_read)) return;
  blame(look, *rqlite, out.emplace_back(Finding{.message = "strong-consistency read did not work"}));
}

void candidate(const Look& look, Findings& out) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite == nullptr || rqlite->raft_state != "Candidate") return;
  blame(look, *rqlite, out.emplace_back(Finding{.message = "election in progress"}));
}

void shutdown(const Look& look, Findings& out) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite != nullptr && rqlite->raft_state == "Shutdown") out.push_back({.message = "raft is shut down"});
}

std::uint64_t gap(const std::optional<std::uint64_t>& ahead, const std::optional<std::uint64_t>& behind) {
  return ahead && behind && *ahead > *behind ? *ahead - *behind : 0;
}

void fsm_backlog(const Look& look, Findings& out) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite == nullptr) return;
  const auto behind = gap(rqlite->commit_index, rqlite->fsm_index);
  const auto pending = rqlite->fsm_pending.value_or(0);
  if (pending <= look.limits().fsm_pending && behind <= look.limits().log_lag) return;
  out.push_back({.message = fmt::format("{} batches pending, {} entries behind", pending, behind)});
}

void commit_applied_gap(const Look& look, Findings& out) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite == nullptr || rqlite->applied_index.value_or(0) == 0) return;
  const auto behind = gap(rqlite->commit_index, rqlite->applied_index);
  if (behind <= look.limits().log_lag) return;
  out.push_back({.message = fmt::format("gap {} (commit {}, applied {})", behind, *rqlite->commit_index,
                                        *rqlite->applied_index)});
}

void goroutines_high(const Look& look, Findings& out) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite == nullptr || !is_above(rqlite->goroutines, look.limits().goroutines)) return;
  out.push_back({.message = fmt::format("{} goroutines", *rqlite->goroutines)});
}

void heap_high(const Look& look, Findings& out) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite == nullptr || !is_above(rqlite->heap_mb, look.limits().heap_mb)) return;
  out.push_back({.message = fmt::format("heap {} MB", *rqlite->heap_mb)});
}

bool is_joining(const Context& fleet, const std::vector<NodeIndex>& owners) {
  return owners.size() == 1 && fleet.nodes[owners.front()].joining;
}

template <class Say>
void for_each_unreachable(const Look& look, bool joining, Say&& say) {
  const auto* rqlite = responsive_rqlite(*look.node);
  if (rqlite == nullptr || !rqlite->nodes) return;
  for (const auto& [id, member] : *rqlite->nodes) {
    if (!is_false(member.reachable)) continue;
    auto owners = look.fleet.owners_of(id);
    if (is_joining(look.fleet, owners) == joining) say(id, std::move(owners));
  }
}

void peer_unreachable(const Look& look, Findings& out) {
  for_each_unreachable(look, false, [&](const std::string& id, std::vector<NodeIndex> owners) {
    out.push_back({.message = fmt::format("{} unreachable from here (partition)", look.fleet.name_of(id)),
                   .subject = id,
                   .peer = id,
                   .about = std::move(owners)});
  });
}

void peer_joining(const Look& look, Findings& out) {
  for_each_unreachable(look, true, [&](const std::string& id, std::vector<NodeIndex> owners) {
    const auto& member = look.fleet.nodes[owners.front()];
    out.push_back({.message = fmt::format("{} joined {} s ago, {} not yet probed", foreign(member.host()),
                                          member.uptime_s, foreign(id)),
                   .subject = id,
                   .peer = id,
                   .about = std::move(owners)});
  });
}

const model::RqliteDebugVars* counters(const Look& look) {
  const auto* rqlite = responsive_rqlite(*look.node);
  return rqlite != nullptr && rqlite->debug_vars ? &*rqlite->debug_vars : nullptr;
}

void leader_not_found(const Look& look, Findings& out) {
  const auto* vars = counters(look);
  if (vars == nullptr || !is_above<std::int64_t>(vars->leader_not_found, 0)) return;
  out.push_back({.message = fmt::format("{} leader-not-found errors since its start", *vars->leader_not_found)});
}

void snapshot_errors(const Look& look, Findings& out) {
  const auto* vars = counters(look);
  if (vars == nullptr || !is_above<std::int64_t>(vars->snapshot_errors, 0)) return;
  out.push_back({.message = fmt::format("{} snapshot errors since its start", *vars->snapshot_errors)});
}

void query_errors(const Look& look, Findings& out) {
  const auto* vars = counters(look);
  if (vars == nullptr) return;
  const auto count = [](const std::optional<std::int64_t>& field) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(field.value_or(0), 0));
  };
  const auto sum = count(vars->query_errors) + count(vars->execute_errors);
  if (sum > 0) out.push_back({.message = fmt::format("{} query/execute errors since its start", sum)});
}

constexpr std::string_view kStatus = "{on} 'curl -s --max-time 3 http://localhost:5001/status?pretty'";
constexpr std::string_view kVars = "Does the number grow? {on} 'curl -s http://localhost:5001/debug/vars'";
constexpr std::string_view kLog = "{on} 'journalctl -u orama-node -n 100 --no-pager'";

constexpr Rule kRules[] = {
    {.id = "rqlite.unresponsive",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "rqlite does not answer on its own node",
     .hint = "See why the unit that runs it does not serve: {on} 'systemctl status {unit} --no-pager' and: "
             "{on} 'journalctl -u {unit} -n 100 --no-pager'",
     .evaluate = unresponsive,
     .unit = kNodeUnit},
    {.id = "rqlite.not_ready",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "rqlite says that it is not ready: most often it has no leader that answers",
     .hint = "{on} 'curl -s --max-time 3 http://localhost:5001/readyz'",
     .evaluate = not_ready},
    {.id = "rqlite.strong_read_failed",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "A read that the leader must confirm did not work from this node",
     .hint = "{on} 'curl -s --max-time 3 http://localhost:5001/readyz'",
     .evaluate = strong_read_failed},
    {.id = "rqlite.candidate",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The node asks for votes; when that lasts, too few voters hear it",
     .hint = kStatus,
     .evaluate = candidate},
    {.id = "rqlite.shutdown",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Raft is shut down while the process runs on",
     .hint = kLog,
     .evaluate = shutdown},
    {.id = "rqlite.fsm_backlog",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "The database works off committed entries more slowly than they come",
     .hint = "A long statement or a slow disk? {on} 'curl -s http://localhost:5001/status?pretty | grep fsm' and: "
             "{on} 'cat /proc/pressure/io'",
     .evaluate = fsm_backlog},
    {.id = "rqlite.commit_applied_gap",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Committed entries wait to be applied",
     .hint = "{on} 'curl -s http://localhost:5001/status?pretty | grep _index'",
     .evaluate = commit_applied_gap},
    {.id = "rqlite.goroutines_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "rqlite has more goroutines than its work explains: requests pile up",
     .hint = kStatus,
     .evaluate = goroutines_high},
    {.id = "rqlite.heap_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "rqlite's heap is unusually large",
     .hint = "{on} 'curl -s http://localhost:5001/debug/vars | grep -o HeapAlloc[^,]*'",
     .evaluate = heap_high},
    {.id = "rqlite.peer_unreachable",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "rqlite on this node cannot reach another member",
     .hint = "The mesh between them: {on} 'sudo wg show wg0' and the members: "
             "{on} 'curl -s \"http://localhost:5001/nodes?nonvoters&ver=2&timeout=2s\"'",
     .evaluate = peer_unreachable},
    {.id = "rqlite.peer_joining",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "A member that started a moment ago is not reachable yet",
     .hint = "Nothing yet; it becomes rqlite.peer_unreachable when it stays: fleetwatch monitor alerts --env {env}",
     .evaluate = peer_joining},
    // The next three count since the start of the process and never clear, so one reading proves little: info.
    {.id = "rqlite.leader_not_found",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Requests have found no leader since rqlite started",
     .hint = kVars,
     .evaluate = leader_not_found},
    {.id = "rqlite.snapshot_errors",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Snapshots of the raft log have failed since rqlite started",
     .hint = kLog,
     .evaluate = snapshot_errors},
    {.id = "rqlite.query_errors",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "Statements have failed since rqlite started; a failed strong read counts on every member",
     .hint = kVars,
     .evaluate = query_errors},
};

}  // namespace

std::span<const Rule> rqlite_rules() { return kRules; }

}  // namespace fleetwatch::alert
