// /proc and /sys of this machine.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "outside/kernel_files.hpp"

namespace fleetwatch::io {

class LinuxKernelFiles final : public outside::KernelFiles {
 public:
  explicit LinuxKernelFiles(std::string root = {});  // put before every path, so that a test can show it a fake tree

  Result<std::string> read(std::string_view path) override;
  Result<std::vector<std::string>> list(std::string_view path) override;
  Result<std::vector<std::string>> link_targets(std::string_view path) override;

 private:
  std::string root_;
};

}  // namespace fleetwatch::io
