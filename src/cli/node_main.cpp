// fleetwatch-node: the collector alone, small enough to live on every node.
#include <array>

#include "cli/command.hpp"
#include "cli/node.hpp"

int main(int argc, char** argv) {
  using namespace fleetwatch::cli;
  constexpr std::array<AddCommand, 1> kCommands = {add_node};
  run_program(argc, argv,
              {"Collects this machine's health for fleetwatch", "  sudo fleetwatch-node node report", kCommands});
}
