// Section `vault`: guardians that keep shares of secrets. Source: its units, their journal, HTTP behind the gateway's
// port.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Vault {
  std::optional<bool> service_active;
  std::optional<bool> responsive;
  std::optional<std::string> status;
  std::optional<std::int64_t> guardians;
  std::optional<std::int64_t> healthy;
  std::optional<std::int64_t> threshold;
  std::optional<std::int64_t> write_quorum;
  std::optional<std::int64_t> process_mem_mb;
  std::optional<std::int64_t> restart_count;
  std::optional<std::int64_t> log_errors_1h;
  UnknownMembers unknown;
  bool operator==(const Vault&) const = default;
};

template <>
struct Described<Vault> {
  static constexpr auto fields = std::tuple{
      field("service_active", &Vault::service_active, "its unit is active"),
      field("responsive", &Vault::responsive, "/v1/vault/status gave a JSON object"),
      field("status", &Vault::status, "healthy, degraded or unavailable"),
      field("guardians", &Vault::guardians, "guardians known"),
      field("healthy", &Vault::healthy, "guardians that answer"),
      field("threshold", &Vault::threshold, "guardians needed to read"),
      field("write_quorum", &Vault::write_quorum, "guardians needed to write"),
      field("process_mem_mb", &Vault::process_mem_mb, Unit::mebibytes, "memory of its unit"),
      field("restart_count", &Vault::restart_count, "restarts of its unit"),
      field("log_errors_1h", &Vault::log_errors_1h, "log lines with an error in the last hour"),
  };
};

}  // namespace fleetwatch::model
