#include "parse/process_stat.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::size_t kCommandBytes = 64;  // the kernel's own limit for its threads; programs have 15

// Positions behind the command, counted from 0.
constexpr std::size_t kState = 0;
constexpr std::size_t kParent = 1;
constexpr std::size_t kResident = 21;

bool is_login_service(std::string_view unit) { return unit.starts_with("user@") || unit.starts_with("ssh"); }

}  // namespace

Result<ProcessStat> process_stat(std::string_view text) {
  const auto malformed = Error{ErrorKind::malformed, "not the line of a process"};
  const auto open = text.find(" (");
  const auto close = text.rfind(')');  // the last one: the command itself may contain any character
  if (open == std::string_view::npos || close == std::string_view::npos || close < open + 2) return malformed;
  const auto rest = words(trim(text.substr(close + 1)));
  if (rest.size() <= kResident || rest[kState].size() != 1) return malformed;
  const auto pid = to_number<std::int64_t>(text.substr(0, open));
  const auto ppid = to_number<std::int64_t>(rest[kParent]);
  if (!pid || !ppid || *pid < 0 || *ppid < 0) return malformed;

  ProcessStat stat;
  stat.pid = *pid;
  stat.command = text.substr(open + 2, std::min(close - open - 2, kCommandBytes));
  stat.state = rest[kState].front();
  stat.ppid = *ppid;
  stat.resident_pages = to_number<std::uint64_t>(rest[kResident]).value_or(0);
  return stat;
}

std::string_view control_group(std::string_view proc_pid_cgroup) {
  std::string_view found;
  for (const auto line : lines(proc_pid_cgroup)) {
    const auto first = line.find(':');
    const auto second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    // On a mixed system systemd keeps its tree in name=systemd, and v2 has the same or nothing but "/".
    if (controllers == "name=systemd") return line.substr(second + 1);
    if (controllers.empty()) found = line.substr(second + 1);
  }
  return found;
}

bool in_service(std::string_view control_group_path, std::string_view root) {
  if (!root.empty() && control_group_path.starts_with(root)) control_group_path.remove_prefix(root.size());
  const auto parts = split(control_group_path, '/');
  return std::any_of(parts.begin(), parts.end(),
                     [](auto part) { return part.ends_with(".service") && !is_login_service(part); });
}

}  // namespace fleetwatch::parse
