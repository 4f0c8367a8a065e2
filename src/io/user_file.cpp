#include "io/user_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <memory>

#include "io/file_access.hpp"
#include "io/os_error.hpp"
#include "io/replace_file.hpp"

namespace fleetwatch::io {

Result<std::string> read_user_file(const std::string& path, std::size_t limit_bytes) {
  if (path == "-") {
    const Descriptor input(::dup(STDIN_FILENO));
    return read_to_end(input, limit_bytes, "standard input");
  }
  auto file = open_to_read("", path, 0);
  auto content = file ? read_to_end(*file, limit_bytes, path) : Result<std::string>(file.error());
  if (content || content.error().kind != ErrorKind::unavailable) return content;
  return Error{ErrorKind::denied, content.error().what, path};  // a folder, say: there, but not to be read
}

Result<void> write_user_file(const std::string& path, std::string_view content, Readable readable) {
  const auto failed = [&](int reason) { return Error{ErrorKind::output, os_error(reason, path).what, path}; };
  struct stat there {};
  const bool exists = ::stat(path.c_str(), &there) == 0;
  if (exists && !S_ISREG(there.st_mode)) {  // a device or a pipe is written to, not replaced
    const Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!device.is_open() || !write_all(device, content)) return failed(errno);
    return {};
  }
  const std::unique_ptr<char, decltype(&std::free)> resolved(exists ? ::realpath(path.c_str(), nullptr) : nullptr,
                                                             std::free);
  const std::string target = resolved ? std::string(resolved.get()) : path;
  constexpr mode_t kByOwner = S_IRUSR | S_IWUSR;
  constexpr mode_t kByAll = kByOwner | S_IRGRP | S_IROTH;
  const auto mode = readable == Readable::by_all ? kByAll : kByOwner;
  if (!replace_file(target, content, {.mode = mode, .survives_crash = true})) return failed(errno);
  return {};
}

Result<void> remove_user_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return Error{ErrorKind::output, os_error(errno, path).what, path};
}

Result<std::chrono::milliseconds> age_of_user_file(const std::string& path) {
  using std::chrono::nanoseconds;
  using std::chrono::seconds;
  using std::chrono::system_clock;
  struct stat there {};
  if (::stat(path.c_str(), &there) != 0) return os_error(errno, path);
  const auto changed = seconds(there.st_mtim.tv_sec) + nanoseconds(there.st_mtim.tv_nsec);
  return std::chrono::duration_cast<std::chrono::milliseconds>(system_clock::now().time_since_epoch() - changed);
}

}  // namespace fleetwatch::io
