#include "parse/choria_config.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

std::string ChoriaConfig::value(std::string_view key, std::string_view otherwise) const {
  const auto found = values.find(key);
  return found == values.end() ? std::string(otherwise) : found->second;
}

bool ChoriaConfig::flag(std::string_view key, bool otherwise) const {
  constexpr std::array<std::string_view, 5> kTrue = {"1", "yes", "true", "y", "t"};
  constexpr std::array<std::string_view, 5> kFalse = {"0", "no", "false", "n", "f"};
  const auto text = lower(value(key));
  if (std::find(kTrue.begin(), kTrue.end(), text) != kTrue.end()) return true;
  if (std::find(kFalse.begin(), kFalse.end(), text) != kFalse.end()) return false;
  return otherwise;
}

Result<ChoriaConfig> choria_config(std::string_view text) {
  if (text.size() > limits::kConfigFileBytes) return Error{ErrorKind::too_large, "more than 1 MiB of configuration"};
  ChoriaConfig config;
  for (auto line : lines(text)) {
    line = trim(line);
    const auto equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos || equals == 0) continue;
    if (config.values.size() == limits::kListItems) return Error{ErrorKind::too_large, "too many settings"};
    config.values[std::string(trim(line.substr(0, equals)))] = trim(line.substr(equals + 1));
  }
  return config;
}

}  // namespace fleetwatch::parse
