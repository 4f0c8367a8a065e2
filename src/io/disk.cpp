#include "io/disk.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <utility>

#include "base/limits.hpp"
#include "io/file_access.hpp"
#include "io/os_error.hpp"
#include "io/replace_file.hpp"

namespace fleetwatch::io {

using outside::Answer;
using outside::DiskUse;
using outside::FileInfo;

namespace {

constexpr mode_t kOwnFolderMode = 0755;
constexpr unsigned kPermissionBits = 07777;

struct RegularFile {
  Descriptor descriptor;
  std::size_t size_bytes = 0;
};

// Without waiting for the other end of a FIFO; such, devices and folders are refused.
Result<RegularFile> open_regular(const std::string& root, const std::string& path) {
  auto file = open_to_read(root, path, O_NONBLOCK);
  if (!file) return file.error();
  struct stat status {};
  if (::fstat(file->number(), &status) != 0) return os_error(errno, path);
  if (!S_ISREG(status.st_mode)) return Error{ErrorKind::unavailable, "is not a regular file", path};
  return RegularFile{std::move(*file), static_cast<std::size_t>(std::max<off_t>(status.st_size, 0))};
}

Result<std::string> read_file(const std::string& root, const std::string& path, std::size_t limit_bytes) {
  const auto file = open_regular(root, path);
  if (!file) return file.error();
  return read_to_end(file->descriptor, limit_bytes, path);
}

Result<std::string> read_end_of_file(const std::string& root, const std::string& path, std::size_t limit_bytes) {
  const auto file = open_regular(root, path);
  if (!file) return file.error();
  std::string content(std::min(limit_bytes, file->size_bytes), '\0');
  const std::size_t start = file->size_bytes - content.size();
  std::size_t used = 0;
  while (used < content.size()) {
    const ssize_t count = ::pread(file->descriptor.number(), content.data() + used, content.size() - used,
                                  static_cast<off_t>(start + used));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return os_error(errno, path);
    if (count == 0) break;
    used += static_cast<std::size_t>(count);
  }
  content.resize(used);
  return content;
}

Result<FileInfo> file_info(const std::string& root, const std::string& path) {
  struct stat status {};
  if (::stat((root + path).c_str(), &status) != 0) return os_error(errno, path);
  return FileInfo{.is_directory = S_ISDIR(status.st_mode),
                  .permissions = status.st_mode & kPermissionBits,
                  .size_bytes = static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0))};
}

Result<std::vector<std::string>> file_names(const std::string& root, const std::string& path) {
  const auto folder = open_to_read(root, path, O_DIRECTORY);
  if (!folder) return folder.error();
  return sorted_names(*folder, limits::kListItems, path);
}

Result<DiskUse> disk_use(const std::string& root, const std::string& path) {
  struct statvfs status {};
  if (::statvfs((root + path).c_str(), &status) != 0) return os_error(errno, path);
  const std::uint64_t block_bytes = status.f_frsize;
  return DiskUse{.total_bytes = status.f_blocks * block_bytes,
                 .free_bytes = status.f_bfree * block_bytes,
                 .available_bytes = status.f_bavail * block_bytes,
                 .inodes_total = status.f_files,
                 .inodes_free = status.f_ffree};
}

Result<bool> write_file(const std::string& root, const std::string& path, const std::string& content) {
  const std::string full = root + path;
  const std::string folder = full.substr(0, full.find_last_of('/'));
  if (!folder.empty() && ::mkdir(folder.c_str(), kOwnFolderMode) != 0 && errno != EEXIST) return os_error(errno, path);
  if (!replace_file(full, content)) return os_error(errno, path);
  return true;
}

// A timeout knows nothing of paths: they are added here.
template <class T>
Result<T> with_path(Result<T> result, const std::string& path) {
  if (result || !result.error().where.empty()) return result;
  Error error = result.error();
  error.where = path;
  return error;
}

}  // namespace

LinuxDisk::LinuxDisk(Workers& workers, std::string root) : workers_(workers), root_(std::move(root)) {}

Answer<std::string> LinuxDisk::read(std::string path, std::size_t limit_bytes, Deadline deadline) {
  auto work = [root = root_, path, limit_bytes] { return read_file(root, path, limit_bytes); };
  auto result = co_await workers_.run(std::move(work), deadline);
  co_return with_path(std::move(result), path);
}

Answer<std::string> LinuxDisk::read_tail(std::string path, std::size_t limit_bytes, Deadline deadline) {
  auto work = [root = root_, path, limit_bytes] { return read_end_of_file(root, path, limit_bytes); };
  auto result = co_await workers_.run(std::move(work), deadline);
  co_return with_path(std::move(result), path);
}

Answer<FileInfo> LinuxDisk::info(std::string path, Deadline deadline) {
  auto work = [root = root_, path] { return file_info(root, path); };
  auto result = co_await workers_.run(std::move(work), deadline);
  co_return with_path(std::move(result), path);
}

Answer<std::vector<std::string>> LinuxDisk::list(std::string path, Deadline deadline) {
  auto work = [root = root_, path] { return file_names(root, path); };
  auto result = co_await workers_.run(std::move(work), deadline);
  co_return with_path(std::move(result), path);
}

Answer<DiskUse> LinuxDisk::use(std::string path, Deadline deadline) {
  auto work = [root = root_, path] { return disk_use(root, path); };
  auto result = co_await workers_.run(std::move(work), deadline);
  co_return with_path(std::move(result), path);
}

Answer<bool> LinuxDisk::write(std::string path, std::string content, Deadline deadline) {
  auto work = [root = root_, path, content = std::move(content)] { return write_file(root, path, content); };
  auto result = co_await workers_.run(std::move(work), deadline);
  co_return with_path(std::move(result), path);
}

}  // namespace fleetwatch::io
