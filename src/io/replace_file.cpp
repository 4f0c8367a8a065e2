#include "io/replace_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "io/file_access.hpp"

namespace fleetwatch::io {

bool replace_file(const std::string& path, std::string_view content, ReplaceOptions options) {
  std::string beside = path + ".XXXXXX";
  const Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));
  if (!file.is_open()) return false;
  const bool written = ::fchmod(file.number(), options.mode) == 0 && write_all(file, content) &&
                       (!options.survives_crash || ::fsync(file.number()) == 0) &&
                       std::rename(beside.c_str(), path.c_str()) == 0;
  if (written) return true;
  const int reason = errno;
  ::unlink(beside.c_str());
  errno = reason;
  return false;
}

}  // namespace fleetwatch::io
