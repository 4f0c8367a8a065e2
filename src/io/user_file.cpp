#include "io/user_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "io/file_access.hpp"
#include "io/os_error.hpp"

namespace fleetwatch::io {

Result<std::string> read_user_file(const std::string& path, std::size_t limit_bytes) {
  if (path == "-") {
    const Descriptor input(::dup(STDIN_FILENO));
    return read_to_end(input, limit_bytes, "standard input");
  }
  auto file = open_to_read("", path, 0);
  if (!file) return file.error();
  return read_to_end(*file, limit_bytes, path);
}

Result<void> write_user_file(const std::string& path, std::string_view content) {
  const auto failed = [&](int reason) { return Error{ErrorKind::output, os_error(reason, path).what, path}; };
  std::string beside = path + ".XXXXXX";
  const Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file.is_open()) return failed(errno);
  if (!write_all(file, content) || ::fsync(file.number()) != 0 || std::rename(beside.c_str(), path.c_str()) != 0) {
    const int reason = errno;
    ::unlink(beside.c_str());
    return failed(reason);
  }
  return {};
}

}  // namespace fleetwatch::io
