// Files on disks of this machine, asked on threads of their own.
#pragma once

#include <string>
#include <vector>

#include "io/workers.hpp"
#include "outside/disk.hpp"

namespace fleetwatch::io {

class LinuxDisk final : public outside::Disk {
 public:
  // `root` is put before every path, so that a test can show it a fake tree. `workers` outlives this.
  explicit LinuxDisk(Workers& workers, std::string root = {});

  outside::Answer<std::string> read(std::string path, std::size_t limit_bytes, Deadline deadline) override;
  outside::Answer<std::string> read_tail(std::string path, std::size_t limit_bytes, Deadline deadline) override;
  outside::Answer<outside::FileInfo> info(std::string path, Deadline deadline) override;
  outside::Answer<std::vector<std::string>> list(std::string path, Deadline deadline) override;
  outside::Answer<outside::DiskUse> use(std::string path, Deadline deadline) override;
  // Makes the folder of `path` when only that is missing.
  outside::Answer<bool> write(std::string path, std::string content, Deadline deadline) override;

 private:
  Workers& workers_;
  std::string root_;
};

}  // namespace fleetwatch::io
