// What the vault answers behind the gateway's port: GET /v1/vault/status and GET /v1/vault/health.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct VaultStatus {
  std::optional<std::int64_t> guardians;     // known
  std::optional<std::int64_t> healthy;       // of them, those that answer
  std::optional<std::int64_t> threshold;     // guardians needed to read
  std::optional<std::int64_t> write_quorum;  // guardians needed to write
  bool operator==(const VaultStatus&) const = default;
};

// Numbers of another type are left out. Error: malformed (not a JSON object).
Result<VaultStatus> parse_vault_status(std::string_view body);

// The key `status`: healthy, degraded or unavailable. Error: malformed (no JSON object with such a text).
Result<std::string> parse_vault_health(std::string_view body);

}  // namespace fleetwatch::parse
