#include "parse/rqlite_debug_vars.hpp"

#include <array>
#include <limits>
#include <vector>

#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

using Path = std::array<std::string_view, 2>;  // the second key may be empty: a counter at the top

struct Counter {
  std::optional<std::int64_t> model::RqliteDebugVars::*member;
  std::vector<Path> summed;  // real places; their sum counts
  std::vector<Path> older;   // the first that exists counts
};

std::vector<Counter> counters() {
  using Vars = model::RqliteDebugVars;
  return {
      {&Vars::query_errors,
       {{"db", "query_errors"}},
       {{"api_query_errors"}, {"query_errors"}, {"store", "query_errors"}}},
      {&Vars::execute_errors,
       {{"db", "execution_errors"}},
       {{"api_execute_errors"}, {"execute_errors"}, {"store", "execute_errors"}}},
      {&Vars::remote_exec_errors,
       {{"http", "remote_executions_failed"}, {"http", "remote_queries_failed"}, {"http", "remote_requests_failed"}},
       {{"api_remote_exec_errors"}, {"remote_execute_errors"}, {"store", "remote_execute_errors"}}},
      {&Vars::leader_not_found,
       {{"http", "leader_not_found"}},
       {{"store_leader_not_found"}, {"leader_not_found"}, {"store", "leader_not_found"}}},
      {&Vars::snapshot_errors,
       {{"store", "num_snapshots_failed"}},
       {{"snapshot_errors"}, {"store", "snapshot_errors"}}},
      {&Vars::client_retries, {{"cluster", "num_client_retries"}}, {{"client_retries"}, {"cluster", "client_retries"}}},
      {&Vars::client_timeouts,
       {{"cluster", "num_client_read_timeouts"}, {"cluster", "num_client_write_timeouts"}},
       {{"client_timeouts"}, {"cluster", "client_timeouts"}}},
  };
}

std::optional<std::int64_t> value_at(const Json& root, const Path& path) {
  const Json value = path[1].empty() ? root.at(path[0]) : root.at({path[0], path[1]});
  const auto count = value.integer();
  return count && *count >= 0 ? count : std::nullopt;
}

std::optional<std::int64_t> read_counter(const Json& root, const Counter& counter) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  std::optional<std::int64_t> sum;
  for (const auto& path : counter.summed) {
    const auto value = value_at(root, path);
    if (!value) continue;
    const auto before = sum.value_or(0);
    sum = *value > kMost - before ? kMost : before + *value;
  }
  if (sum) return sum;
  for (const auto& path : counter.older) {
    if (const auto value = value_at(root, path)) return value;
  }
  return std::nullopt;
}

}  // namespace

Result<RqliteVars> parse_rqlite_debug_vars(std::string_view body) {
  JsonReader reader;
  const auto root = reader.read_object(body);
  if (!root) return root.error();

  constexpr std::uint64_t kBytesPerMib = 1'048'576;
  RqliteVars vars;
  for (const auto& counter : counters()) vars.counters.*counter.member = read_counter(root.value(), counter);
  if (const auto heap_bytes = root.value().at({"memstats", "HeapAlloc"}).unsigned_integer()) {
    vars.heap_mb = static_cast<std::int64_t>(*heap_bytes / kBytesPerMib);
  }
  return vars;
}

}  // namespace fleetwatch::parse
