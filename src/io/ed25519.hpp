// Signatures with ed25519 keys.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace fleetwatch::io {

using Ed25519Seed = std::array<std::uint8_t, 32>;  // the private key
using Ed25519PublicKey = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

// Nothing where the machine's OpenSSL refuses the algorithm.
std::optional<Ed25519PublicKey> ed25519_public_key(const Ed25519Seed& seed);
std::optional<Ed25519Signature> ed25519_sign(const Ed25519Seed& seed, std::string_view text);

}  // namespace fleetwatch::io
