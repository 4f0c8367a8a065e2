#include "parse/ssh_settings.hpp"

#include <array>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

SshSettings parse_ssh_settings(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string SshSettings::*>, 6> kWanted = {{
      {"stricthostkeychecking", &SshSettings::host_key_checking},
      {"proxyjump", &SshSettings::proxy_jump},
      {"proxycommand", &SshSettings::proxy_command},
      {"hostname", &SshSettings::hostname},
      {"port", &SshSettings::port},
      {"user", &SshSettings::user},
  }};
  SshSettings settings;
  for (const auto line : lines(text.substr(0, limits::kConfigFileBytes))) {
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos) continue;
    for (const auto& [name, member] : kWanted) {
      auto& setting = settings.*member;
      if (line.substr(0, blank) == name && setting.empty()) setting = trim(line.substr(blank + 1));
    }
  }
  if (settings.proxy_jump == "none") settings.proxy_jump.clear();
  if (settings.proxy_command == "none") settings.proxy_command.clear();
  return settings;
}

}  // namespace fleetwatch::parse
