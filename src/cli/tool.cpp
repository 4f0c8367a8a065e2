#include "cli/tool.hpp"

namespace fleetwatch::cli {

void add_tool(CLI::App& parent, Action& chosen) {
  auto* group = parent.add_subcommand("tool", "What a Choria network tells of itself");
  group->alias("t");
  group->require_subcommand(1);
  group->footer(
      "Without --server, --context and --config the broker is found by the NATS_* variables, the selected context of "
      "the\n"
      "nats command, and Choria's client configuration.\n\n"
      "Examples:\n"
      "  fleetwatch tool event --component provision_mode_server\n"
      "  fleetwatch tool event --server nats://broker1.example.net:4222 --since 1h");
  auto broker = std::make_shared<BrokerOptions>();
  add_broker_options(*group, *broker);
  add_tool_event(*group, broker, chosen);
  add_tool_connections(*group, broker, chosen);
  add_tool_tally(*group, broker, chosen);
}

}  // namespace fleetwatch::cli
