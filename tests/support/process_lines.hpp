// Lines of /proc as the kernel writes them, for tests.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace fleetwatch::test {

struct FakeProcess {
  std::int64_t pid = 0;
  std::string command;
  char state = 'S';
  std::int64_t ppid = 1;
};

inline std::string stat_line(const FakeProcess& process, std::uint64_t resident_pages = 1) {
  return fmt::format("{} ({}) {} {} 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 100 4096 {} 0 0\n", process.pid,
                     process.command, process.state, process.ppid, resident_pages);
}

inline std::string auxv_with_page_size(std::uint64_t bytes) {
  constexpr std::uint64_t kPageSize = 6;
  std::string pair(2 * sizeof(bytes), '\0');
  std::memcpy(pair.data(), &kPageSize, sizeof(kPageSize));
  std::memcpy(pair.data() + sizeof(kPageSize), &bytes, sizeof(bytes));
  return pair;
}

}  // namespace fleetwatch::test
