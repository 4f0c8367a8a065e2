// /proc/self/mountinfo: which file system a path is on, known without touching it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch::parse {

struct Mount {
  std::string mount_point;
  std::string type;  // "ext4", "nfs4", "fuse.sshfs"
  bool operator==(const Mount&) const = default;
};

// In the order of mounting; lines that are no mounts are left out.
std::vector<Mount> mountinfo(std::string_view text);

// The mount that an absolute path without symbolic links is on.
std::optional<Mount> mount_of(const std::vector<Mount>& mounts, std::string_view path);

// Whether another machine, or a program, answers for this file system: it may hang for ever.
bool may_hang(std::string_view file_system_type);

}  // namespace fleetwatch::parse
