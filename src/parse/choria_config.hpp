// The configuration of Choria's clients and servers: lines `key = value`. Source: client.conf, client.cfg, ~/.choriarc.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct ChoriaConfig {
  std::map<std::string, std::string, std::less<>> values;  // the last value of a key; keys that we do not know as well

  // The value of a key, or the other text when there is none.
  std::string value(std::string_view key, std::string_view otherwise = {}) const;
  // 1, yes, true, y, t in any case are true, 0, no, false, n, f false; anything else is `otherwise`.
  bool flag(std::string_view key, bool otherwise) const;

  bool operator==(const ChoriaConfig&) const = default;
};

// Empty lines, comments (#) and lines without an equals sign are passed over, as Choria does. Error: too_large.
Result<ChoriaConfig> choria_config(std::string_view text);

}  // namespace fleetwatch::parse
