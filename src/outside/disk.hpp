// Files on a disk or a network file system, which may hang for ever: each question runs beside the event loop and is
// given up at its deadline (error `timeout`); the stuck call is left behind and never delays the end of the program.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "outside/answer.hpp"

namespace fleetwatch::outside {

struct FileInfo {
  bool is_directory = false;
  unsigned permissions = 0;  // mode & 07777
  std::uint64_t size_bytes = 0;
};

struct DiskUse {
  std::uint64_t total_bytes = 0;
  std::uint64_t free_bytes = 0;       // free for root
  std::uint64_t available_bytes = 0;  // free for ordinary users
  std::uint64_t inodes_total = 0;     // 0: the file system has no limit
  std::uint64_t inodes_free = 0;
};

class Disk {
 public:
  virtual ~Disk() = default;
  // Errors: not_found, denied, timeout, too_large, unavailable; `where` is the path.
  virtual Answer<std::string> read(std::string path, std::size_t limit_bytes, Deadline deadline) = 0;
  virtual Answer<std::string> read_tail(std::string path, std::size_t limit_bytes,
                                        Deadline deadline) = 0;  // last bytes
  virtual Answer<FileInfo> info(std::string path, Deadline deadline) = 0;
  virtual Answer<std::vector<std::string>> list(std::string path, Deadline deadline) = 0;  // names, sorted
  virtual Answer<DiskUse> use(std::string path, Deadline deadline) = 0;
  // Beside and renamed, best effort: for the small state below /run/fleetwatch.
  virtual Answer<bool> write(std::string path, std::string content, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
