// The node `local`: this machine, collected inside the process.
#pragma once

#include <string>

#include "io/linux_machine.hpp"
#include "outside/node_channel.hpp"

namespace fleetwatch::cli {

class LocalChannel final : public outside::NodeChannel {
 public:
  explicit LocalChannel(std::string internet_target) : internet_target_(std::move(internet_target)) {}
  boost::asio::awaitable<outside::AskResult> ask(const model::InventoryNode& node, Deadline deadline) override;

 private:
  std::string internet_target_;
  io::LinuxMachine machine_;
};

}  // namespace fleetwatch::cli
