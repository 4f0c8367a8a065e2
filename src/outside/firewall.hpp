// What the kernel's packet filter really does with incoming packets, from nf_tables.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::outside {

struct InputHook {
  std::string family;  // "ip", "ip6", "inet"
  std::string table;
  std::string chain;
  bool policy_drop = false;
  std::vector<std::string> jump_targets;  // chains that its rules jump or go to
};

class Firewall {
 public:
  virtual ~Firewall() = default;
  // Base chains on the input hook. Errors: denied, unavailable (no nf_tables in the kernel).
  virtual Result<std::vector<InputHook>> input_hooks() = 0;
};

}  // namespace fleetwatch::outside
