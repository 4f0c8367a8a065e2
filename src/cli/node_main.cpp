// fleetwatch-node: the collector alone, small enough to live on every node.
#include <array>

#include "cli/command.hpp"
#include "cli/node_report.hpp"

int main(int argc, char** argv) {
  using namespace fleetwatch::cli;
  constexpr std::array<AddCommand, 1> kNode = {add_node_report};
  const std::array<CommandGroup, 1> groups = {{{"node", "Commands about this machine", kNode}}};
  return static_cast<int>(run_program(argc, argv, "Collects this machine's health for fleetwatch", groups));
}
