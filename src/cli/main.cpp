// fleetwatch: the operator's program, with every command.
#include <array>

#include "cli/command.hpp"
#include "cli/completion.hpp"
#include "cli/election.hpp"
#include "cli/manual.hpp"
#include "cli/monitor.hpp"
#include "cli/node.hpp"
#include "cli/tool.hpp"
#include "io/askpass.hpp"

int main(int argc, char** argv) {
  using namespace fleetwatch::cli;
  if (const auto status = fleetwatch::io::answer_as_askpass(argc, argv)) return *status;
  constexpr std::array<AddCommand, 7> kCommands = {add_node,     add_monitor,    add_tool,  add_broker,
                                                   add_election, add_completion, add_manual};
  run_program(argc, argv,
              {"Watches fleets of servers: what is wrong, where, and what to do about it",
               "  fleetwatch monitor cluster --env testnet\n"
               "  fleetwatch monitor alerts --env testnet --exit-code\n"
               "  sudo fleetwatch node report",
               kCommands});
}
