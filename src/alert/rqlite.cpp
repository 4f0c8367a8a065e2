// rqlite of one node.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "alert/rqlite_checks.hpp"
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
  for (const auto* known : {&fleet.raft.suspects, &fleet.raft.leaders}) {
    std::copy_if(known->begin(), known->end(), std::back_inserter(finding.about),
                 [&](NodeIndex node) { return node != look.node->index; });
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

constexpr Rule kRules[] = {
    {.id = "rqlite.unresponsive",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "rqlite does not answer on its own node.",
     .fires = "GET /status on port 5001 gives no JSON object in time",
     .causes =
         {"The unit that runs it is stopped or failed: the unit's state says so.",
          "It is starting and replays its log: the unit is active for seconds only.",
          "The process hangs: the port accepts connections and nothing comes back.",
          "Another program has its port: Kubo's default API port is 5001 too, and the owner of the socket tells."},
     .checks = {{{"the unit's state", "systemctl status {unit} --no-pager"},
                 {"its last lines", "sudo journalctl -u {unit} -n 100 --no-pager"},
                 {"who owns the port", "sudo ss -ltnp \"sport = :5001\""}}},
     .evaluate = unresponsive,
     .unit = kNodeUnit},
    {.id = "rqlite.not_ready",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "rqlite says that it is not ready: most often it has no leader that answers.",
     .fires = "GET /readyz does not give HTTP 200",
     .unless = "rqlite does not answer at all",
     .causes = {"There is no leader: the answer is 503 or 500 at once, on every node.",
                "The leader is silent: the answer hangs for up to 30 s.",
                "Only this node is cut off from the leader: the others are ready."},
     .checks = {{kReadyz, kMembers}},
     .evaluate = not_ready},
    {.id = "rqlite.strong_read_failed",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A read that the leader must confirm did not work from this node.",
     .fires = "SELECT 1 with level=strong does not give HTTP 200, one value and no error",
     .unless = "rqlite does not answer at all",
     .causes = {"There is no leader, or it is out of reach: rqlite.not_ready fires too.",
                "The disk is full or the database is locked: the answer has an SQL error."},
     .checks = {{kReadyz, kMembers}},
     .evaluate = strong_read_failed},
    {.id = "rqlite.candidate",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The node asks for votes; when that lasts, too few voters hear it.",
     .fires = "the raft state is Candidate",
     .unless = "rqlite does not answer at all",
     .causes = {"An election is under way: over in about 2 s.",
                "The quorum is lost: the voters that are left stay candidates.",
                "Only this node is cut off: the others have a leader."},
     .checks = {{kStatus, kMembers}},
     .evaluate = candidate},
    {.id = "rqlite.shutdown",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Raft is shut down while the process runs on.",
     .fires = "the raft state is Shutdown",
     .unless = "rqlite does not answer at all",
     .causes = {"The node was removed from the cluster: the leader's member list lacks it.",
                "It could not write its log: the unit's last lines say so."},
     .checks = {{kNodeLog, kStatus}},
     .evaluate = shutdown},
    {.id = "rqlite.fsm_backlog",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The database works off committed entries more slowly than they come.",
     .fires = "more than {fsm_pending} batches wait, or the commit index is more than {log_lag} entries ahead of the "
              "database",
     .unless = "rqlite does not answer at all",
     .causes = {"One statement takes long: the database index stands still while the commit index grows.",
                "The disk is slow: the pressure of io is high.",
                "It has just started and replays its log: the gap shrinks."},
     .checks = {{{"how far it is behind",
                  "curl -s --max-time 3 \"http://localhost:5001/status?pretty\" | grep -E \"fsm|commit_index\""},
                 kPressure}},
     .evaluate = fsm_backlog},
    {.id = "rqlite.commit_applied_gap",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Committed entries wait to be applied.",
     .fires = "the commit index is more than {log_lag} entries ahead of the applied index",
     .unless = "rqlite does not answer at all; the applied index is not known or 0",
     .causes = {"The database does not keep up: rqlite.fsm_backlog fires too.",
                "It has just started and replays its log: the gap shrinks."},
     .checks = {{{"whether the gap shrinks",
                  "curl -s --max-time 3 \"http://localhost:5001/status?pretty\" | grep _index"}}},
     .evaluate = commit_applied_gap},
    {.id = "rqlite.goroutines_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "rqlite has more goroutines than its work explains: requests pile up.",
     .fires = "rqlite runs more than {goroutines} goroutines",
     .unless = "rqlite does not answer at all",
     .causes = {"Requests wait for a silent leader, 30 s each: rqlite.strong_read_failed fires too.",
                "A client opens connections and never closes them: one address has most of the established ones."},
     .checks = {{{"who is connected", "sudo ss -tn state established \"sport = :5001\""}, kStatus}},
     .evaluate = goroutines_high},
    {.id = "rqlite.heap_high",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "rqlite's heap is unusually large; an idle cluster needs a few MB.",
     .fires = "the heap is above {heap_mb} MB",
     .unless = "rqlite does not answer at all",
     .causes = {"A query gives a huge result: the heap falls again soon.",
                "Requests pile up: rqlite.goroutines_high fires too."},
     .checks = {{{"the heap now", "curl -s --max-time 3 http://localhost:5001/debug/vars | grep -o \"HeapAlloc[^,]*\""},
                 {"what the machine has left", "free -m"}}},
     .evaluate = heap_high},
    {.id = "rqlite.peer_unreachable",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "rqlite on this node cannot reach another member.",
     .fires = "a member of its list has reachable: false",
     .unless = "rqlite does not answer at all; the member's node runs orama-node for less than {joining_s} s (then "
               "rqlite.peer_joining)",
     .causes = {"The member's node or its rqlite is down: its own alerts say so, and this one stands beneath them.",
                "The mesh between the two is broken: the handshake with that peer is old.",
                "A firewall blocks the raft port 7001 on the mesh: handshakes are fresh, the connection is refused or "
                "times out.",
                "The member was taken away without being removed from the cluster: the inventory does not have it."},
     .checks = {{{"the handshakes of the mesh", "sudo wg show wg0 latest-handshakes"}, kMembers}},
     .evaluate = peer_unreachable},
    {.id = "rqlite.peer_joining",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A member that started a moment ago is not reachable yet.",
     .fires = "a member has reachable: false, and its node runs orama-node for less than {joining_s} s",
     .unless = "rqlite does not answer at all",
     .causes = {"It is starting: nothing to do; when it stays it becomes rqlite.peer_unreachable."},
     .checks = {{{"whether it has joined", "fleetwatch monitor alerts --env {env}", Where::here}}},
     .evaluate = peer_joining},
    // The next three count since the start of the process and never clear, so one reading proves little: info.
    {.id = "rqlite.leader_not_found",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Requests have found no leader since rqlite started. The counter never clears.",
     .fires = "the counter leader_not_found is above 0",
     .unless = "rqlite does not answer at all",
     .causes = {"There was a time without a leader: the number does not grow any more.",
                "There is none now: rqlite.no_leader fires too."},
     .checks = {{kGrows}},
     .evaluate = leader_not_found},
    {.id = "rqlite.snapshot_errors",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Snapshots of the raft log have failed since rqlite started. The counter never clears.",
     .fires = "the counter of failed snapshots is above 0",
     .unless = "rqlite does not answer at all",
     .causes = {"The disk was full: system.disk_high fires or the unit's lines say so.",
                "A snapshot was broken off by a stop: the number does not grow any more."},
     .checks = {{kNodeLog, {"room on the disk", "df -h / /opt/orama"}}},
     .evaluate = snapshot_errors},
    {.id = "rqlite.query_errors",
     .severity = Severity::info,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Statements have failed since rqlite started; a failed strong read counts on every member. The counter "
                "never clears.",
     .fires = "the counters of failed queries and executions are above 0 together",
     .unless = "rqlite does not answer at all",
     .causes = {"A client sends wrong SQL: the number grows with its requests, on all members alike.",
                "An old mistake: the number does not grow any more."},
     .checks = {{kGrows}},
     .evaluate = query_errors},
};

}  // namespace

std::span<const Rule> rqlite_rules() { return kRules; }

}  // namespace fleetwatch::alert
