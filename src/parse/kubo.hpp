// Answers of Kubo's RPC interface (POST /api/v0/…), all of HTTP status 200.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct KuboRepo {
  std::optional<std::int64_t> size_bytes;
  std::optional<std::int64_t> max_bytes;  // StorageMax; stops nothing by itself
};

// Error of all: malformed (not a JSON object, or without what was asked for).
Result<std::int64_t> parse_kubo_swarm_peers(std::string_view body);  // connected peers; `null` is 0
Result<KuboRepo> parse_kubo_repo_stat(std::string_view body);
Result<std::string> parse_kubo_version(std::string_view body);
Result<bool> parse_kubo_bootstrap_is_empty(std::string_view body);  // empty, `null` or missing list

}  // namespace fleetwatch::parse
