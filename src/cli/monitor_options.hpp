// The flags that every `monitor` subcommand shares.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"

namespace fleetwatch::cli {

struct MonitorOptions {
  std::string environment;
  std::string node;
  std::string config;
  bool json = false;
  bool flat = false;
  bool fold = false;
  bool compact = false;        // `report` alone
  std::size_t max_tokens = 0;  // of the compact report
  bool exit_code = false;
  std::optional<std::string> explain;  // of `alerts` alone, as is the next
  bool markdown = false;
  std::string save;
  std::string from;
  std::string ssh_key;
  std::vector<std::string> ssh_options;
  std::string report_command;
  std::string internet_target = "8.8.8.8";
  std::chrono::milliseconds timeout{30'000};
  std::chrono::milliseconds deadline{60'000};
  std::size_t parallel = 32;
};

// Adds the flags to `app`; they may stand before or after the subcommand. `options` outlives the parsing.
void add_monitor_options(CLI::App& app, MonitorOptions& options);

}  // namespace fleetwatch::cli
