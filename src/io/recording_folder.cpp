#include "io/recording_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/limits.hpp"
#include "io/file_access.hpp"
#include "io/os_error.hpp"

namespace fleetwatch::io {

namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;
constexpr const char* kTexts = "texts";

Error not_written(int reason, const std::string& path) {
  return {ErrorKind::output, os_error(reason, path).what, path, "name a new folder in one that you may write to"};
}

std::string without_last_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// Removed again unless it was kept.
class FolderBeside {
 public:
  explicit FolderBeside(const std::string& target) : path_(target + ".XXXXXX") {
    made_ = ::mkdtemp(path_.data()) != nullptr;
  }
  FolderBeside(const FolderBeside&) = delete;
  FolderBeside& operator=(const FolderBeside&) = delete;
  ~FolderBeside() {
    std::error_code ignored;
    if (made_) std::filesystem::remove_all(path_, ignored);
  }
  bool is_made() const { return made_; }
  const std::string& path() const { return path_; }
  bool rename_to(const std::string& target) {
    if (std::rename(path_.c_str(), target.c_str()) != 0) return false;
    made_ = false;
    return true;
  }

 private:
  std::string path_;
  bool made_ = false;
};

bool write_file(const std::string& path, std::string_view content) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kFileMode));
  return file.is_open() && write_all(file, content) && ::fsync(file.number()) == 0;
}

Result<std::string> read_regular_file(const std::string& path) {
  const Error irregular{ErrorKind::malformed, "is no regular file", path};
  struct stat status {};
  auto file = open_to_read("", path, O_NONBLOCK | O_NOFOLLOW);  // a pipe must not hold us up
  if (!file) return ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode) ? irregular : file.error();
  if (::fstat(file->number(), &status) != 0) return os_error(errno, path);
  if (!S_ISREG(status.st_mode)) return irregular;
  return read_to_end(*file, limits::kRecordedFileBytes, path);
}

// Everything right below `folder`; its sub-folder of texts is left to the caller.
Result<void> read_files(const std::string& root, const std::string& folder, RecordingFiles& files, std::size_t& bytes) {
  const auto opened = open_to_read("", root + folder, O_DIRECTORY | O_NOFOLLOW);
  if (!opened) return opened.error();
  const auto names = sorted_names(*opened, limits::kRecordedFiles, root + folder);
  if (!names) return names.error();
  for (const auto& name : *names) {
    const std::string inside = folder.empty() ? name : folder.substr(1) + "/" + name;
    if (inside == kTexts || !parse::is_text_name(name)) continue;
    auto content = read_regular_file(fmt::format("{}/{}", root, inside));
    if (!content) return content.error();
    bytes += content->size();
    if (bytes > limits::kRecordingBytes) return Error{ErrorKind::too_large, "too large for a recording", root};
    files.emplace(inside, std::move(content).value());
  }
  return {};
}

}  // namespace

Result<void> check_new_folder(const std::string& path) {
  struct stat there {};
  if (::lstat(path.c_str(), &there) != 0) {
    if (errno != ENOENT) return not_written(errno, path);
    return {};
  }
  if (!S_ISDIR(there.st_mode)) return not_written(ENOTDIR, path);
  const auto folder = open_to_read("", path, O_DIRECTORY);
  if (!folder) return not_written(errno, path);
  const auto names = read_folder(*folder, limits::kListItems, path);
  if (!names || !names->empty()) return not_written(ENOTEMPTY, path);
  return {};
}

Result<void> write_recording_folder(const std::string& path, const RecordingFiles& files) {
  const auto target = without_last_slashes(path);
  const auto free_to_use = check_new_folder(target);
  if (!free_to_use) return free_to_use.error();
  FolderBeside beside(target);
  if (!beside.is_made()) return not_written(errno, path);
  if (::mkdir((beside.path() + "/" + kTexts).c_str(), kFolderMode) != 0) return not_written(errno, path);
  for (const auto& [name, content] : files) {
    if (!write_file(beside.path() + "/" + name, content)) return not_written(errno, path);
  }
  if (!beside.rename_to(target)) return not_written(errno, path);
  return {};
}

Result<RecordingFiles> read_recording_folder(const std::string& path) {
  RecordingFiles files;
  std::size_t bytes = 0;
  // A file that is there and cannot be read is no service that does not answer.
  const auto not_read = [](Error error) {
    if (error.kind == ErrorKind::unavailable) error.kind = ErrorKind::denied;
    return error;
  };
  const auto read = read_files(path, "", files, bytes);
  if (!read) return not_read(read.error());
  const auto texts = read_files(path, std::string("/") + kTexts, files, bytes);
  if (!texts && texts.error().kind != ErrorKind::not_found) return not_read(texts.error());
  return files;
}

}  // namespace fleetwatch::io
