// Section `rqlite`: state of the database and its raft. Source: HTTP on port 5001.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct RqliteMember {
  std::optional<bool> reachable;
  std::optional<bool> leader;
  std::optional<bool> voter;
  std::optional<double> time_ms;
  std::optional<std::string> error;
  UnknownMembers unknown;
  bool operator==(const RqliteMember&) const = default;
};

template <>
struct Described<RqliteMember> {
  static constexpr auto fields = std::tuple{
      field("reachable", &RqliteMember::reachable, "the asked node could reach this member"),
      field("leader", &RqliteMember::leader, "this member is the leader"),
      field("voter", &RqliteMember::voter, "this member votes"),
      field("time_ms", &RqliteMember::time_ms, Unit::milliseconds, "as rqlite gives it; measures nothing"),
      field("error", &RqliteMember::error, "why it could not be reached"),
  };
};

struct RqliteDebugVars {
  std::optional<std::int64_t> query_errors;
  std::optional<std::int64_t> execute_errors;
  std::optional<std::int64_t> remote_exec_errors;
  std::optional<std::int64_t> leader_not_found;
  std::optional<std::int64_t> snapshot_errors;
  std::optional<std::int64_t> client_retries;
  std::optional<std::int64_t> client_timeouts;
  UnknownMembers unknown;
  bool operator==(const RqliteDebugVars&) const = default;
};

template <>
struct Described<RqliteDebugVars> {
  static constexpr auto fields = std::tuple{
      field("query_errors", &RqliteDebugVars::query_errors, "failed queries since process start"),
      field("execute_errors", &RqliteDebugVars::execute_errors, "failed statements since process start"),
      field("remote_exec_errors", &RqliteDebugVars::remote_exec_errors, "failed requests passed on to the leader"),
      field("leader_not_found", &RqliteDebugVars::leader_not_found, "requests that found no leader"),
      field("snapshot_errors", &RqliteDebugVars::snapshot_errors, "failed snapshots"),
      field("client_retries", &RqliteDebugVars::client_retries, "repeated requests between members"),
      field("client_timeouts", &RqliteDebugVars::client_timeouts, "timed out requests between members"),
  };
};

struct Rqlite {
  std::optional<bool> responsive;
  std::optional<bool> ready;
  std::optional<bool> strong_read;
  std::optional<std::string> raft_state;
  std::optional<std::string> leader_addr;
  std::optional<std::string> leader_id;
  std::optional<std::string> node_id;
  std::optional<std::uint64_t> term;
  std::optional<std::uint64_t> applied_index;
  std::optional<std::uint64_t> commit_index;
  std::optional<std::uint64_t> fsm_index;
  std::optional<std::uint64_t> leader_commit_index;
  std::optional<std::uint64_t> fsm_pending;
  std::optional<std::string> last_contact;
  std::optional<std::int64_t> num_peers;
  std::optional<bool> voter;
  std::optional<std::string> db_size;
  std::optional<std::string> uptime;
  std::optional<std::string> version;
  std::optional<std::int64_t> goroutines;
  std::optional<std::int64_t> heap_mb;
  std::optional<std::map<std::string, RqliteMember>> nodes;
  Section<RqliteDebugVars> debug_vars;
  UnknownMembers unknown;
  bool operator==(const Rqlite&) const = default;
};

template <>
struct Described<Rqlite> {
  static constexpr auto fields = std::tuple{
      field("responsive", &Rqlite::responsive, "/status gave a JSON object"),
      field("ready", &Rqlite::ready, "/readyz gave HTTP 200"),
      field("strong_read", &Rqlite::strong_read, "a strong read gave one value"),
      field("raft_state", &Rqlite::raft_state, "Leader, Follower, Candidate or Shutdown"),
      field("leader_addr", &Rqlite::leader_addr, "raft address of the leader, ip:port; empty without one"),
      field("leader_id", &Rqlite::leader_id, "node id of the leader"),
      field("node_id", &Rqlite::node_id, "own node id"),
      field("term", &Rqlite::term, "raft term"),
      field("applied_index", &Rqlite::applied_index, "entries handed to the database"),
      field("commit_index", &Rqlite::commit_index, "entries this node knows to be committed"),
      field("fsm_index", &Rqlite::fsm_index, "last entry the database has worked off"),
      field("leader_commit_index", &Rqlite::leader_commit_index,
            "the leader's commit index as last heard; 0 on the leader"),
      field("fsm_pending", &Rqlite::fsm_pending, "batches that wait for the database"),
      field("last_contact", &Rqlite::last_contact, "time since the leader was heard, as text; 0 on a leader"),
      field("num_peers", &Rqlite::num_peers, "other voters"),
      field("voter", &Rqlite::voter, "this node votes"),
      field("db_size", &Rqlite::db_size, "size of the database, as text"),
      field("uptime", &Rqlite::uptime, "time since start, as text"),
      field("version", &Rqlite::version, "rqlite's version"),
      field("goroutines", &Rqlite::goroutines, "goroutines"),
      field("heap_mb", &Rqlite::heap_mb, Unit::mebibytes, "heap in use"),
      field("nodes", &Rqlite::nodes, "members as seen by this node, by node id"),
      field("debug_vars", &Rqlite::debug_vars, "error counters since process start"),
  };
};

}  // namespace fleetwatch::model
