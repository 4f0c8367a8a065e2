// Single values of the kernel's own files about the whole machine. Formats: proc(5).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct LoadAverages {
  double one = 0;
  double five = 0;
  double fifteen = 0;
};

// All errors are `malformed`, without `where`.
Result<std::int64_t> uptime_seconds(std::string_view proc_uptime);   // cut to whole seconds
Result<std::int64_t> boot_unix_seconds(std::string_view proc_stat);  // line btime
Result<LoadAverages> load_averages(std::string_view proc_loadavg);
Result<std::int64_t> allowed_cpus(std::string_view proc_self_status);  // how many Cpus_allowed_list names
Result<std::int64_t> oom_kills_since_boot(std::string_view proc_vmstat);
Result<std::uint64_t> page_bytes(std::string_view proc_self_auxv);  // AT_PAGESZ

// Whether the environment of process 1 says that this is a container.
bool tells_container(std::string_view proc_1_environ);

}  // namespace fleetwatch::parse
