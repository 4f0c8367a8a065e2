// The command tree as a list, for what is made from it: completions and manual pages.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace fleetwatch::cli {

struct CommandInfo {
  std::vector<std::string> path;  // {"monitor", "cluster"}; empty: the program itself
  const CLI::App* app = nullptr;
  std::vector<std::string> subcommands;     // names, hidden ones left out
  std::vector<const CLI::Option*> options;  // its own and, where flags may follow a subcommand, its parent's
};

// The program first, then depth first in the order of registration. `root` outlives the result.
std::vector<CommandInfo> command_tree(const CLI::App& root);

// With its dashes: the first long name, or the short one.
std::string option_name(const CLI::Option& option);

}  // namespace fleetwatch::cli
