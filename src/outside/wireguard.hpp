// State of one WireGuard interface. Private and preshared keys never leave the adapter.
#pragma once

#include <string>

#include "model/wireguard.hpp"
#include "outside/answer.hpp"

namespace fleetwatch::outside {

struct WireguardDevice {
  std::uint16_t listen_port = 0;
  std::vector<model::WireguardPeer> peers;  // sorted by public key; handshake_age_sec is left to the probe
};

class WireguardDevices {
 public:
  virtual ~WireguardDevices() = default;
  // Kernel module over generic netlink, else userspace over its socket in /run/wireguard.
  // Errors: denied, not_found (no such device), timeout, malformed.
  virtual Answer<WireguardDevice> device(std::string interface, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
