// `tool`: what a Choria network tells of itself: events, waiting servers, counts.
#pragma once

#include <memory>

#include "cli/broker_options.hpp"
#include "cli/command.hpp"

namespace fleetwatch::cli {

// Also known as `t`. The broker's flags belong to the group and may stand before or after its commands.
void add_tool(CLI::App& parent, Action& chosen);

// `broker server report conns`.
void add_broker(CLI::App& parent, Action& chosen);

void add_tool_event(CLI::App& tool, const std::shared_ptr<BrokerOptions>& broker, Action& chosen);
void add_tool_connections(CLI::App& tool, const std::shared_ptr<BrokerOptions>& broker, Action& chosen);
void add_tool_tally(CLI::App& tool, const std::shared_ptr<BrokerOptions>& broker, Action& chosen);

}  // namespace fleetwatch::cli
