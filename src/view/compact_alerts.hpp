// The alerts of a compact report: those without a cause of their own, the same ones of many nodes as one.
#pragma once

#include <cstddef>
#include <vector>

#include "model/alert.hpp"
#include "model/compact_report.hpp"
#include "model/snapshot.hpp"
#include "view/alerts.hpp"

namespace fleetwatch::view {

// How much is said about one entry; more is said where the budget allows it.
struct CompactDetail {
  bool by_rule = false;         // one entry per rule, else per rule and subject (unit, peer, ...)
  bool hints = true;            // for all; else for critical alerts alone
  bool critical_hints = true;   //
  bool effect_rules = true;     // how many effects of each rule; else their number alone
  std::size_t effect_keys = 3;  // of each entry
  std::size_t messages = 3;     // of each entry
  std::size_t message_bytes = 200;
  std::size_t hosts_bytes = 2000;  // of a list of hosts
  std::size_t errors = 3;          // of each node
};

struct CompactAlerts {
  std::vector<model::CompactAlert> entries;  // by severity, then number of effects, then number of alerts
  std::vector<std::size_t> roots;            // alerts without a cause in each entry
  std::size_t root_count = 0;                // all of them, also those beyond `most`
};

// At most `most` entries.
CompactAlerts compact_alerts(const model::Snapshot& snapshot, const std::vector<AlertGroup>& groups,
                             const CompactDetail& detail, std::size_t most);

// The last part of an alert's key; empty when there is none.
std::string_view subject_of(const model::Alert& alert);

}  // namespace fleetwatch::view
