// What one gathering of an environment brought back: every node of the inventory, reached or not.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/inventory.hpp"
#include "model/report.hpp"

namespace fleetwatch::model {

// Why a node gave no report: a closed list, the words of the JSON key `reason`.
enum class FailureReason {
  dns,            // the host name does not resolve
  refused,        // nothing listens on the SSH port
  timeout,        // no connection, or no login, before the deadline
  host_key,       // the host's key is not the known one
  auth,           // the login was refused
  throttled,      // sshd drops new connections (MaxStartups)
  no_command,     // no collector on the node
  sudo,           // sudo wants a password or refuses
  no_permission,  // the collector may not be run
  node_timeout,   // logged in, but the report did not end before the deadline
  bad_report,     // not one whole JSON object
  too_large,      // more bytes than one reply may have
};

std::string_view name_of(FailureReason reason);  // "dns", "refused", ...
std::optional<FailureReason> failure_reason(std::string_view name);

struct Failure {
  FailureReason reason = FailureReason::timeout;
  std::string text;  // one sentence for people, safe for a terminal
  bool operator==(const Failure&) const = default;
};

struct NodeResult {
  InventoryNode node;
  std::optional<NodeReport> report;  // exactly one of report and failure is there
  std::optional<Failure> failure;
  std::int64_t duration_ms = 0;  // wall time of the whole question, all attempts
  int retries = 0;
  std::int64_t arrived_unix_ms = 0;  // watcher's clock when the last byte of the report arrived
  std::int64_t round_trip_ms =
      0;  // time between asking over the open connection and the last byte, node's own work taken off

  bool answered() const { return report.has_value(); }
};

struct Snapshot {
  std::string environment;
  std::int64_t collected_at_unix_ms = 0;  // start
  std::int64_t duration_ms = 0;           // whole gathering
  std::vector<NodeResult> nodes;          // inventory order
  // Nodes of the environment in the inventory, also those hidden by --node.
  std::size_t environment_size = 0;
  bool filtered = false;  // --node was given: only rules about one node make sense
};

}  // namespace fleetwatch::model
