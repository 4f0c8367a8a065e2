// One difference between two snapshots: what `monitor diff --json` writes as a list.
#pragma once

#include <variant>

#include "model/field.hpp"

namespace fleetwatch::model {

using Value = std::variant<std::string, bool, std::int64_t, std::uint64_t, double>;

struct Change {
  std::string node;  // inventory host, or "cluster"
  std::string path;  // "status", "alerts[KEY]", or the place in the node's report: "wireguard.peers[10.0.0.3]"
  std::optional<Value> before;  // absent when there was nothing
  std::optional<Value> after;   // absent when there is nothing any more
  bool operator==(const Change&) const = default;
};

template <>
struct Described<Change> {
  static constexpr auto fields = std::tuple{
      field("node", &Change::node, "inventory host, or cluster"),
      field("path", &Change::path, "what changed: status, an alert, or a place in the report"),
      field("before", &Change::before, "value in the first snapshot"),
      field("after", &Change::after, "value in the second snapshot"),
  };
};

}  // namespace fleetwatch::model
