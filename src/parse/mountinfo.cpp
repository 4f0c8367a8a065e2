#include "parse/mountinfo.hpp"

#include <algorithm>
#include <array>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::array<std::string_view, 18> kNetworkTypes = {"9p",   "acfs", "afs",       "autofs",   "beegfs", "ceph",
                                                            "cifs", "coda", "glusterfs", "gpfs",     "lustre", "ncpfs",
                                                            "nfs",  "nfs4", "ocfs2",     "orangefs", "smb3",   "smbfs"};

bool is_octal(char digit) { return digit >= '0' && digit <= '7'; }

// The kernel writes blank, tab, line end and backslash as \040, \011, \012 and \134.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto digits = text.substr(std::min(at + 1, text.size()), 3);
    if (text[at] == '\\' && digits.size() == 3 && std::all_of(digits.begin(), digits.end(), is_octal)) {
      result += static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 + (digits[2] - '0'));
      at += digits.size();
    } else {
      result += text[at];
    }
  }
  return result;
}

bool lies_in(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path == folder || (path.starts_with(folder) && path[folder.size()] == '/');
}

}  // namespace

std::vector<Mount> mountinfo(std::string_view text) {
  constexpr std::size_t kMountPoint = 4;
  std::vector<Mount> mounts;
  for (const auto line : lines(text)) {
    if (mounts.size() >= limits::kListItems) break;
    const auto parts = words(line);
    // Optional fields of any number end with a single dash; the type follows.
    const auto from = parts.begin() + static_cast<std::ptrdiff_t>(std::min(parts.size(), kMountPoint + 2));
    const auto dash = std::find(from, parts.end(), "-");
    if (dash == parts.end() || dash + 1 == parts.end()) continue;
    mounts.push_back({unescaped(parts[kMountPoint]), unescaped(*(dash + 1))});
  }
  return mounts;
}

std::optional<Mount> mount_of(const std::vector<Mount>& mounts, std::string_view path) {
  const Mount* best = nullptr;
  for (const auto& mount : mounts) {
    // A later mount hides an earlier one on the same point.
    const bool longer = best == nullptr || mount.mount_point.size() >= best->mount_point.size();
    if (longer && lies_in(path, mount.mount_point)) best = &mount;
  }
  return best == nullptr ? std::nullopt : std::optional<Mount>(*best);
}

bool may_hang(std::string_view file_system_type) {
  return file_system_type == "fuse" || file_system_type.starts_with("fuse.") ||
         std::find(kNetworkTypes.begin(), kNetworkTypes.end(), file_system_type) != kNetworkTypes.end();
}

}  // namespace fleetwatch::parse
