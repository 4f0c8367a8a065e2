// The kernel's TCP counters of this network namespace, and our own file of earlier ones.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct TcpCounters {
  std::int64_t established = 0;  // now
  std::uint64_t sent = 0;        // segments since boot, without those sent again
  std::uint64_t sent_again = 0;  // since boot
};

// The two "Tcp:" rows of /proc/net/snmp, names and values. Errors: malformed.
Result<TcpCounters> tcp_counters(std::string_view proc_net_snmp);

// "tw" of the TCP row of /proc/net/sockstat. Errors: malformed.
Result<std::int64_t> tcp_time_wait(std::string_view proc_net_sockstat);

// Counters at an earlier time. The file has one line each: "<unix ms> <sent> <sent again>", oldest first.
struct TcpSample {
  std::int64_t unix_ms = 0;
  std::uint64_t sent = 0;
  std::uint64_t sent_again = 0;
  bool operator==(const TcpSample&) const = default;
};

std::vector<TcpSample> tcp_samples(std::string_view text);  // lines that are no samples are left out
std::string to_text(const std::vector<TcpSample>& samples);

}  // namespace fleetwatch::parse
