// Where secrets stand in a text: one list of names and one reader of values for all that takes secrets out. What is
// written in their place is up to the caller (base/redact.hpp, parse/redaction.hpp).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace fleetwatch {

// Written in the place of a secret; is never found as one.
inline constexpr std::string_view kRedacted = "[redacted]";

// The bytes from `begin` to before `end`, never none.
struct Secret {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool is_number = false;  // of JSON, where it has to stay one
};

// How far a value without quotes goes whose name begins its line.
enum class BareValue {
  word,  // as everywhere: "password=a, next"
  line,  // as in files of settings: "PASSWORD=a b"
};

// In their order, none inside another:
//   the value of a name that says password, secret, token, private key, ...: name=value, name: value, "name": "value",
//   each of "names": ["a", "b"], -name value, --name value; Authorization and Cookie headers to their end
//   what follows Bearer or Basic, and user and password of a URL
//   private keys in PEM armour, as find_private_keys
//   words with the prefix of a known kind of token
// It errs on the side of too much, and cannot know every secret.
std::vector<Secret> find_secrets(std::string_view text, BareValue bare);

// What is between the armour of private keys, to the end of the text when the last line is missing; before a last line
// without a first one as many lines as look like a key.
std::vector<Secret> find_private_keys(std::string_view text);

// What a name says about its value ("DB_PASSWORD", "apiKey", "--access-key"). Before '=' more names count: those of
// settings ("KEY", "AUTH") mean harmless things elsewhere.
bool names_a_secret(std::string_view name, char separator);

}  // namespace fleetwatch
