// Sizes and shares of a file system, in the form of `df -h`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "outside/disk.hpp"

namespace fleetwatch::probe {

// "78G", "1.5T", "512": powers of 1024, rounded up, one decimal below 10.
std::string df_size(std::uint64_t bytes);

// used / (used + available to ordinary users), rounded up; nothing for a file system without blocks.
std::optional<std::int64_t> df_use_pct(const outside::DiskUse& use);

// The same of inodes; nothing for a file system without a limit.
std::optional<std::int64_t> df_inode_use_pct(const outside::DiskUse& use);

}  // namespace fleetwatch::probe
