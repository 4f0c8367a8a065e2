// What to do next: a rule's checks as commands with the real names filled in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alert/rule.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::alert {

struct HintNames {
  // Where the commands run. Null: on a node that is not known, "ssh HOST '...'". On this machine they stand as they
  // are.
  const model::InventoryNode* node = nullptr;
  std::string_view environment;
  std::string_view unit;
  std::string_view peer;
};

// {host}  the node, {unit} the unit, {peer} the other node, {env} the environment
// Operators copy these lines into a shell, and names come from nodes: a name that a shell could read as more than one
// plain word is left out, its placeholder stays in capitals (UNIT).
std::string fill_command(const Check& check, const HintNames& names);

// "The unit's state; its last lines": what the commands show, in their order.
std::string hint_text(const Checks& checks);

// The checks that count, in their order.
std::span<const Check> given(const Checks& checks);

}  // namespace fleetwatch::alert
