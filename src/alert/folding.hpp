// Which alert explains which: a table of causes and effects, bound by a shared node, unit or peer.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alert/rule.hpp"

namespace fleetwatch::alert {

// An alert with what the folding needs to know about it.
struct Judged {
  const Rule* rule = nullptr;
  NodeIndex node = kCluster;
  Finding finding;
  std::string unit;
  model::Alert alert;
};

// What cause and effect must share.
enum class Bound {
  node,   // both are about the same node, or both about the cluster
  unit,   // the same unit of the same node
  part,   // the effect complains about the subsystem of the cause, on the same node
  about,  // the effect names the node (or the cluster) of the cause
  pair,   // each of the two names the node of the other
  peer,   // both are about the same node and name another one in common
};

struct Consequence {
  std::string_view causes;  // rule ids
  Bound bound;
  std::string_view effects;  // rule ids
};

std::span<const Consequence> consequences();

// Sets `caused_by` of every effect to the key of its root.
void fold(std::vector<Judged>& judged);

}  // namespace fleetwatch::alert
