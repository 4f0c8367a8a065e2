// /proc/PID/stat and /proc/PID/cgroup.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct ProcessStat {
  std::int64_t pid = 0;
  std::string command;  // any bytes, also blanks and parentheses; at most 64
  char state = '?';
  std::int64_t ppid = 0;
  std::uint64_t resident_pages = 0;
};

// Errors: malformed.
Result<ProcessStat> process_stat(std::string_view text);

// The path of a process in systemd's hierarchy: that of cgroup v2, else of v1's name=systemd; empty when there is none.
std::string_view control_group(std::string_view proc_pid_cgroup);

// Whether the path lies in a .service unit that is no login (user@1000.service, ssh.service: what a person left behind
// there is not managed). `root` is the path that systemd itself has as its root, without a slash at the end: in a
// container of its own cgroup namespace empty, else the container's path, which may contain a .service of the host.
bool in_service(std::string_view control_group_path, std::string_view root);

}  // namespace fleetwatch::parse
