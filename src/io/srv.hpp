// SRV records (RFC 2782), asked of the machine's resolver.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::io {

struct SrvRecord {
  std::uint16_t priority = 0;  // the lowest first
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string host;  // without a final dot
  bool operator==(const SrvRecord&) const = default;
};

// By priority, then the heaviest first. Blocks for as long as the resolver's own settings say, so it belongs on a
// thread of its own. Errors: not_found (no such name, no such record), unavailable, malformed.
Result<std::vector<SrvRecord>> lookup_srv(const std::string& name);

}  // namespace fleetwatch::io
