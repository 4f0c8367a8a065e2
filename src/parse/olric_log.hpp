// Log lines of olric-server and of the memberlist library inside it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fleetwatch::parse {

struct OlricLogCounts {
  std::int64_t errors = 0;    // level [ERR] or [ERROR]
  std::int64_t suspects = 0;  // members suspected, or marked as failed or dead
  std::int64_t flapping = 0;  // members that left; each that comes and goes writes one such line
};

OlricLogCounts count_olric_log(const std::vector<std::string>& messages);

}  // namespace fleetwatch::parse
