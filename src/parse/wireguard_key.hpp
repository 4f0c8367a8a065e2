// WireGuard's public keys: 32 bytes, shown as base64 by `wg` and sent as hex digits by userspace implementations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace fleetwatch::parse {

inline constexpr std::size_t kWireguardKeyBytes = 32;

std::string wireguard_key(std::span<const std::uint8_t, kWireguardKeyBytes> key);

// Nothing unless the text is exactly 64 hex digits.
std::optional<std::string> wireguard_key_of_hex(std::string_view digits);

}  // namespace fleetwatch::parse
