// The answer of a userspace WireGuard (wireguard-go and others) to `get=1` on its socket: lines `key=value`, closed by
// `errno=N` and an empty line. Described in WireGuard's "Cross-platform userspace interface".
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/wireguard.hpp"

namespace fleetwatch::parse {

struct WireguardState {
  std::uint16_t listen_port = 0;
  std::vector<model::WireguardPeer> peers;  // sorted by public key; without handshake_age_sec
};

// Private and preshared keys are skipped; no value of the reply ever gets into an error.
// Errors: malformed (not this format, or without its end), too_large (peers), unavailable (errno is not 0).
Result<WireguardState> wireguard_uapi(std::string_view reply);

}  // namespace fleetwatch::parse
