// The "what to do next" of an alert: a rule's template with the real names filled in.
#pragma once

#include <string>
#include <string_view>

#include "model/snapshot.hpp"

namespace fleetwatch::alert {

struct HintNames {
  const model::InventoryNode* node = nullptr;  // null for the cluster: {on} and {host} are then placeholders
  std::string_view environment;
  std::string_view unit;
  std::string_view peer;
};

// {on}    how to run a quoted command on the node: "ssh user@host", for this machine "sh -c"
// {host}  the node, {unit} the unit, {peer} the other node, {env} the environment
// Operators copy these lines into a shell, and names come from nodes: a name that a shell could read as more than one
// plain word is left out, its placeholder stays in capitals (UNIT).
std::string fill_hint(std::string_view text, const HintNames& names);

}  // namespace fleetwatch::alert
