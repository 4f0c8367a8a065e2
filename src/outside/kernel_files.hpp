// Files that live in the kernel's memory (/proc, /sys, /run): they never block, so they are read at once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::outside {

class KernelFiles {
 public:
  virtual ~KernelFiles() = default;
  // Whole content, at most limits::kKernelFileBytes. Errors: not_found, denied, too_large, unavailable; `where` is the
  // path.
  virtual Result<std::string> read(std::string_view path) = 0;
  // Names in a folder, without "." and "..", sorted.
  virtual Result<std::vector<std::string>> list(std::string_view path) = 0;
  // Targets of all symbolic links in a folder (for /proc/PID/fd); links that vanish meanwhile are left out.
  virtual Result<std::vector<std::string>> link_targets(std::string_view path) = 0;
};

}  // namespace fleetwatch::outside
