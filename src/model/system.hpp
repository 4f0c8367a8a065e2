// Section `system`: load, memory, disk, kernel. Source: /proc, statvfs, kernel journal.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct System {
  std::optional<std::int64_t> uptime_seconds;
  std::optional<std::string> uptime_since;
  std::optional<std::int64_t> cpu_count;
  std::optional<double> load_avg_1;
  std::optional<double> load_avg_5;
  std::optional<double> load_avg_15;
  std::optional<std::int64_t> mem_total_mb;
  std::optional<std::int64_t> mem_used_mb;
  std::optional<std::int64_t> mem_free_mb;
  std::optional<std::int64_t> mem_available_mb;
  std::optional<std::int64_t> mem_use_pct;
  std::optional<std::int64_t> swap_total_mb;
  std::optional<std::int64_t> swap_used_mb;
  std::optional<std::string> disk_total_gb;
  std::optional<std::string> disk_used_gb;
  std::optional<std::string> disk_avail_gb;
  std::optional<std::int64_t> disk_use_pct;
  std::optional<std::int64_t> inode_use_pct;
  std::optional<std::int64_t> oom_kills;
  std::optional<std::int64_t> oom_kills_since_unix;
  std::optional<std::string> kernel_version;
  std::optional<std::int64_t> time_unix;
  UnknownMembers unknown;
  bool operator==(const System&) const = default;
};

template <>
struct Described<System> {
  static constexpr auto fields = std::tuple{
      field("uptime_seconds", &System::uptime_seconds, Unit::seconds, "time since boot"),
      field("uptime_since", &System::uptime_since, "boot time, local zone, YYYY-MM-DD HH:MM:SS"),
      field("cpu_count", &System::cpu_count, "processors this process may use"),
      field("load_avg_1", &System::load_avg_1, "load average over 1 minute"),
      field("load_avg_5", &System::load_avg_5, "load average over 5 minutes"),
      field("load_avg_15", &System::load_avg_15, "load average over 15 minutes"),
      field("mem_total_mb", &System::mem_total_mb, Unit::mebibytes, "total memory"),
      field("mem_used_mb", &System::mem_used_mb, Unit::mebibytes, "total minus available memory"),
      field("mem_free_mb", &System::mem_free_mb, Unit::mebibytes, "free memory"),
      field("mem_available_mb", &System::mem_available_mb, Unit::mebibytes, "memory available without swapping"),
      field("mem_use_pct", &System::mem_use_pct, Unit::percent, "(total - available) / total, cut"),
      field("swap_total_mb", &System::swap_total_mb, Unit::mebibytes, "swap space"),
      field("swap_used_mb", &System::swap_used_mb, Unit::mebibytes, "swap in use"),
      field("disk_total_gb", &System::disk_total_gb, "size of the fuller of / and /opt/orama, as df -h prints it"),
      field("disk_used_gb", &System::disk_used_gb, "used part of it, as df -h prints it"),
      field("disk_avail_gb", &System::disk_avail_gb, "available part of it, as df -h prints it"),
      field("disk_use_pct", &System::disk_use_pct, Unit::percent, "used / (used + available), rounded up"),
      field("inode_use_pct", &System::inode_use_pct, Unit::percent, "inodes in use on /"),
      field("oom_kills", &System::oom_kills, "processes killed for lack of memory since oom_kills_since_unix"),
      field("oom_kills_since_unix", &System::oom_kills_since_unix, Unit::unix_seconds,
            "begin of the time that oom_kills counts"),
      field("kernel_version", &System::kernel_version, "kernel release"),
      field("time_unix", &System::time_unix, Unit::unix_seconds, "wall clock at the end of this section"),
  };
};

}  // namespace fleetwatch::model
