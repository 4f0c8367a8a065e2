// How a command enters the program: one row in a table, one file per command.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "cli/exit_status.hpp"

namespace fleetwatch::cli {

// What a parsed command line decided to do; runs after parsing, so that a wrong flag is noticed before any work.
using Action = std::function<ExitStatus()>;

// Adds the command below `parent`; its callback puts the action into `chosen`.
using AddCommand = void (*)(CLI::App& parent, Action& chosen);

// A word of the command tree that only groups others, and what stands below it.
struct CommandGroup {
  std::string_view name;  // "node", "monitor"
  std::string_view description;
  std::span<const AddCommand> commands;
};

// Parses, runs, and turns whatever happens into the documented exit status.
ExitStatus run_program(int argc, char** argv, std::string_view description, std::span<const CommandGroup> groups);

// "10s", "500ms", "2h", "1.5m"; a bare number is seconds. For CLI::Option::transform-free parsing of durations.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// An option that takes a duration, with its default shown in --help.
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& target,
                          const std::string& description);

}  // namespace fleetwatch::cli
