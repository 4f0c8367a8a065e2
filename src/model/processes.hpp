// Section `processes`: zombies, orphans of the product, panics in its log. Source: /proc and the journal.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Process {
  std::int64_t pid = 0;
  std::int64_t ppid = 0;
  std::string state;    // one letter, as in /proc/PID/stat
  std::string command;  // short name, at most 15 characters
  UnknownMembers unknown;
  bool operator==(const Process&) const = default;
};

template <>
struct Described<Process> {
  static constexpr auto fields = std::tuple{
      field("pid", &Process::pid, "process id"),
      field("ppid", &Process::ppid, "parent's process id"),
      field("state", &Process::state, "state letter of the kernel"),
      field("command", &Process::command, "short command name"),
  };
};

struct Processes {
  std::optional<std::int64_t> zombie_count;
  std::vector<Process> zombies;
  std::optional<std::int64_t> orphan_count;
  std::vector<Process> orphans;
  std::optional<std::int64_t> panic_count;
  UnknownMembers unknown;
  bool operator==(const Processes&) const = default;
};

template <>
struct Described<Processes> {
  static constexpr auto fields = std::tuple{
      field("zombie_count", &Processes::zombie_count, "processes in state Z"),
      field("zombies", &Processes::zombies, "processes in state Z"),
      field("orphan_count", &Processes::orphan_count, "processes of the product outside every unit"),
      field("orphans", &Processes::orphans, "processes of the product outside every unit"),
      field("panic_count", &Processes::panic_count, "panic or fatal lines of orama-node in the last hour")
          .also("panic_count_1h"),
  };
};

}  // namespace fleetwatch::model
