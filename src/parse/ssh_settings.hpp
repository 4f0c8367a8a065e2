// What `ssh -G HOST` says applies to a host: one setting per line, name in lower case, blank, value.
#pragma once

#include <string>
#include <string_view>

namespace fleetwatch::parse {

struct SshSettings {
  std::string host_key_checking;  // "ask", "true", "false", "accept-new"; empty when not said
  std::string proxy_jump;         // empty: none
  std::string proxy_command;      // empty: none
  std::string hostname;
  std::string port;
  std::string user;

  // New host keys would have to be confirmed by hand, which nobody can in batch mode.
  bool asks_for_new_keys() const { return host_key_checking == "ask"; }
  // What a connection goes through; the same text for all hosts behind the same jump host. Empty: direct.
  const std::string& way() const { return proxy_jump.empty() ? proxy_command : proxy_jump; }
  bool operator==(const SshSettings&) const = default;
};

// Unknown settings are skipped, of a repeated one the first counts, as in ssh itself. Never fails: what is not there
// stays empty.
SshSettings parse_ssh_settings(std::string_view text);

}  // namespace fleetwatch::parse
