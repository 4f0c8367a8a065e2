// fleetwatch: the operator's program, with every command.
#include <array>

#include "cli/command.hpp"
#include "cli/monitor.hpp"
#include "cli/node.hpp"

int main(int argc, char** argv) {
  using namespace fleetwatch::cli;
  constexpr std::array<AddCommand, 2> kCommands = {add_node, add_monitor};
  run_program(argc, argv, "Watches fleets of servers: what is wrong, where, and what to do about it", kCommands);
}
