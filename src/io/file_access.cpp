#include "io/file_access.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "io/os_error.hpp"

namespace fleetwatch::io {

namespace {

constexpr std::size_t kFirstReadBytes = 4096;  // holds most of what is below /proc

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

Result<Descriptor> open_to_read(const std::string& root, const std::string& path, int extra_flags) {
  const std::string full = root + path;
  Descriptor file(::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | extra_flags));
  if (!file.is_open()) return os_error(errno, path);
  return file;
}

Result<std::string> read_to_end(const Descriptor& file, std::size_t limit_bytes, const std::string& where) {
  std::string content(std::min(kFirstReadBytes, limit_bytes + 1), '\0');
  std::size_t used = 0;
  while (true) {
    const ssize_t count = ::read(file.number(), content.data() + used, content.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_error(errno, where);
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
    if (used > limit_bytes) {
      return Error{ErrorKind::too_large, "has more than " + std::to_string(limit_bytes) + " bytes", where};
    }
    if (used == content.size()) content.resize(std::min(used * 4, limit_bytes + 1));
  }
  content.resize(used);
  return content;
}

Result<std::vector<FolderEntry>> read_folder(const Descriptor& folder, std::size_t limit_items,
                                             const std::string& where) {
  const int own = ::fcntl(folder.number(), F_DUPFD_CLOEXEC, 0);  // fdopendir takes its descriptor over
  if (own < 0) return os_error(errno, where);
  const std::unique_ptr<DIR, CloseFolder> stream(::fdopendir(own));
  if (!stream) {
    const int reason = errno;
    ::close(own);
    return os_error(reason, where);
  }
  std::vector<FolderEntry> entries;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() == limit_items) {
      return Error{ErrorKind::too_large, "has more than " + std::to_string(limit_items) + " entries", where};
    }
    entries.push_back({std::string(name), entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN});
  }
  if (errno != 0) return os_error(errno, where);
  return entries;
}

Result<std::vector<std::string>> sorted_names(const Descriptor& folder, std::size_t limit_items,
                                              const std::string& where) {
  auto entries = read_folder(folder, limit_items, where);
  if (!entries) return entries.error();
  std::vector<std::string> names;
  names.reserve(entries->size());
  for (FolderEntry& entry : *entries) names.push_back(std::move(entry.name));
  std::sort(names.begin(), names.end());
  return names;
}

bool write_all(const Descriptor& file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t count = ::write(file.number(), content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace fleetwatch::io
