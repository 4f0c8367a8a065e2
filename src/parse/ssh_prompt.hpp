// What ssh wants to know when it asks a program in place of a person. Texts of OpenSSH 8.4 to 10.0, which are not
// translated; behind "(user@host) " the words are those of the server.
#pragma once

#include <string>
#include <string_view>

namespace fleetwatch::parse {

struct SshPrompt {
  enum class Kind {
    password,    // of the account that logs in
    passphrase,  // of a private key
    other,       // a host key to confirm, a new password, a second factor, ...
  };
  Kind kind = Kind::other;
  std::string_view key_path = {};  // of a passphrase; ssh cuts it at kPromptPathBytes
};

inline constexpr std::size_t kPromptPathBytes = 100;

SshPrompt parse_ssh_prompt(std::string_view prompt);

}  // namespace fleetwatch::parse
