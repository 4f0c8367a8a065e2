// How a command enters the program: one row in a table, one file per command.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "cli/exit_status.hpp"

namespace fleetwatch::cli {

// What a parsed command line decided to do; runs after parsing, so that a wrong flag is noticed before any work.
using Action = std::function<ExitStatus()>;

// Adds a command, or a word that groups some, below `parent`; its callback puts the action into `chosen`.
using AddCommand = void (*)(CLI::App& parent, Action& chosen);

struct Program {
  std::string_view description;
  std::string_view examples;  // lines for --help
  std::span<const AddCommand> commands;
};

// Parses, runs, and leaves with the documented exit status, without running destructors: whatever is stuck on a disk or
// unanswered ends with the process.
[[noreturn]] void run_program(int argc, char** argv, const Program& program);

// Refuses "": the name of a file or folder that is empty is a variable that was not set, and never means another
// source.
CLI::Validator a_name();

// An option that takes a duration ("500ms", "10s", "2m", "1h"; a bare number is seconds), with its default shown in
// --help. `target` outlives the parsing.
CLI::Option* add_duration(CLI::App& app, const std::string& name, std::chrono::milliseconds& target,
                          const std::string& description);

}  // namespace fleetwatch::cli
