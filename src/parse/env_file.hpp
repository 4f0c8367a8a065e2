// Files of KEY=VALUE lines, as systemd's EnvironmentFile reads them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fleetwatch::parse {

// The last value given to `key`, without surrounding quotes; nothing when it is not there.
std::optional<std::string> env_value(std::string_view env_file, std::string_view key);

// The port number at the end of an address ("0.0.0.0:10000", ":10000", "[::]:10000"); nothing without one from 1 on.
std::optional<std::uint16_t> port_of_address(std::string_view address);

}  // namespace fleetwatch::parse
