// The inventory file: one node per line, fields separated by '|', three forms:
//   A  environment|user@host|role
//   B  environment|user@host|password|role
//   C  environment|user@host|password|role|path of a private key
// Blank lines and lines that begin with '#' are skipped; fields are trimmed; a BOM and CRLF line ends are tolerated.
// A third field that is a role makes a line form A. Any other field there may be a password and is never shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/inventory.hpp"

namespace fleetwatch::parse {

// `path` is for messages only. Errors (the first one found): input, `where` is "path:line" and `help` shows the forms;
// too_large. A host listed twice in one environment is an error.
Result<model::Inventory> parse_inventory(std::string_view text, std::string path);

// The nodes of `environment`, in file order; with a non-empty `host` only those whose host equals it exactly.
// Errors: not_found, naming the known environments or the nearest hosts.
Result<std::vector<model::InventoryNode>> select_nodes(const model::Inventory& inventory, std::string_view environment,
                                                       std::string_view host);

// Where an inventory may lie. Members that were not given are empty.
struct InventoryPlaces {
  std::string config_flag;         // --config
  std::string inventory_variable;  // $FLEETWATCH_INVENTORY
  std::string xdg_config_home;     // $XDG_CONFIG_HOME
  std::string home;                // $HOME
};

// The paths to try, in order. A file that was named by flag or variable is the only one: falling back to another one
// would show the wrong fleet.
std::vector<std::string> inventory_candidates(const InventoryPlaces& places);

}  // namespace fleetwatch::parse
