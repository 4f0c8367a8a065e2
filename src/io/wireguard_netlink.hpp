// WireGuard's generic netlink family: the kernel's own WireGuard devices.
#pragma once

#include <string>
#include <vector>

#include "outside/wireguard.hpp"

struct nlmsghdr;

namespace fleetwatch::io {

// Errors: denied, unavailable (no such device, or not one of the kernel's WireGuard).
Result<outside::WireguardDevice> wireguard_over_netlink(const std::string& interface);

// The device of a WG_CMD_GET_DEVICE answer. A peer whose allowed addresses do not fit one message goes on in the next.
// Errors: malformed, too_large.
Result<outside::WireguardDevice> wireguard_device_of(const std::vector<const nlmsghdr*>& messages);

}  // namespace fleetwatch::io
