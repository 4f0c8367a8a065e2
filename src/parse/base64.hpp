// Base64 as in RFC 4648.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fleetwatch::parse {

// The standard alphabet with padding; nothing when the text is anything else.
std::optional<std::string> decode_base64(std::string_view text);

// The alphabet for URLs without padding, as in JSON Web Tokens.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace fleetwatch::parse
