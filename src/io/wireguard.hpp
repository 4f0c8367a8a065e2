// WireGuard devices, of the kernel and of userspace programs.
#pragma once

#include <string>

#include "outside/wireguard.hpp"

namespace fleetwatch::io {

class LinuxWireguard final : public outside::WireguardDevices {
 public:
  explicit LinuxWireguard(std::string socket_folder = "/run/wireguard") : socket_folder_(std::move(socket_folder)) {}

  outside::Answer<outside::WireguardDevice> device(std::string interface, Deadline deadline) override;

 private:
  outside::Answer<outside::WireguardDevice> over_socket(std::string interface, Deadline deadline);

  std::string socket_folder_;
};

}  // namespace fleetwatch::io
