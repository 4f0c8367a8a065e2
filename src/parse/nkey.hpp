// Keys of NATS users: ed25519 keys in base32 with a prefix and a check sum. Source: the nkeys library of NATS.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

using KeyBytes = std::array<std::uint8_t, 32>;

// The first word of a seed file that begins with "SU" (a user's seed), alone or between lines of armour.
// Error: malformed; never names what the file holds.
Result<KeyBytes> nkey_user_seed(std::string_view file);

// "U...", as users stand in a broker's configuration.
std::string nkey_user_name(const KeyBytes& public_key);

// 64 hexadecimal digits, white space around them allowed: Choria's seed files. Error: malformed, as above.
Result<KeyBytes> choria_seed(std::string_view file);

// The member `callerid` of a Choria token, whose signature is not looked at; nothing when it has none.
std::optional<std::string> choria_caller_id(std::string_view token);

}  // namespace fleetwatch::parse
