#include "parse/env_file.hpp"

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

std::string_view without_quotes(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && value.front() == value.back() && (value.front() == '"' || value.front() == '\'');
  return quoted ? value.substr(1, value.size() - 2) : value;
}

}  // namespace

std::optional<std::string> env_value(std::string_view env_file, std::string_view key) {
  constexpr std::string_view kExport = "export ";
  std::optional<std::string> value;
  for (auto line : lines(env_file)) {
    line = trim(line);
    if (line.starts_with(kExport)) line = trim(line.substr(kExport.size()));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos || trim(line.substr(0, equals)) != key) continue;
    value = without_quotes(trim(line.substr(equals + 1)));
  }
  return value;
}

std::optional<std::uint16_t> port_of_address(std::string_view address) {
  const auto colon = address.rfind(':');
  const auto port = to_number<std::uint16_t>(colon == std::string_view::npos ? address : address.substr(colon + 1));
  return port && *port > 0 ? port : std::nullopt;
}

}  // namespace fleetwatch::parse
