// Secrets taken out of text that leaves the machine: log lines, error texts, recordings, reports for language models.
#pragma once

#include <string>
#include <string_view>

namespace fleetwatch {

// Replaced by "[redacted]":
//   what base/secrets.hpp finds
//   long words that mix digits and letters at random
// A base64 word of the size of a WireGuard key is cut to its first eight characters and "...": public keys look so, and
// that much tells them apart. All else is kept byte for byte. Call it before text is cut short, since half a token
// is not known as one.
std::string redact(std::string_view text);

}  // namespace fleetwatch
