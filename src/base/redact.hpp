// Secrets taken out of text that leaves the machine: log lines, error texts, recordings, reports for language models.
#pragma once

#include <string>
#include <string_view>

namespace fleetwatch {

inline constexpr std::string_view kRedacted = "[redacted]";

// Replaced by "[redacted]":
//   the value of a name that says password, secret, token, private key, ... (name=value, "name": "value", --name value)
//   what follows Bearer or Basic, and the part of a URL before its @
//   private keys in PEM armour (to the end of the text when the armour has none)
//   words with the prefix of a known kind of token, and long words that mix digits and letters at random
// A base64 word of the size of a WireGuard key is cut to its first eight characters and "...": public keys look so, and
// that much tells them apart. All else is kept byte for byte. Call it before text is cut short, since half a token
// is not known as one.
std::string redact(std::string_view text);

// What a name says about its value ("DB_PASSWORD", "apiKey", "--access-key"), and what a word says about itself
// ("ghp_…").
bool names_a_secret(std::string_view name);
bool has_token_prefix(std::string_view word);

}  // namespace fleetwatch
