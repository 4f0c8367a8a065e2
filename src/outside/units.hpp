// systemd, asked over its bus.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "outside/answer.hpp"

namespace fleetwatch::outside {

// One line of ListUnits: a unit that systemd has loaded.
struct LoadedUnit {
  std::string name;  // with suffix, for example "caddy.service"
  std::string load_state;
  std::string active_state;
  std::string sub_state;
};

// Properties of one unit; a unit that is not installed has load_state "not-found".
struct UnitDetails {
  std::string name;  // with suffix
  std::string load_state;
  std::string active_state;
  std::string sub_state;
  std::string unit_file_state;               // enabled, disabled, static, ...; empty when there is no file
  std::uint64_t active_enter_unix_usec = 0;  // 0: never
  std::optional<std::uint32_t> n_restarts;   // services only, as all below
  std::optional<std::uint32_t> main_pid;
  std::optional<std::uint64_t> memory_current_bytes;  // absent without accounting
  std::optional<std::uint64_t> cpu_usage_nsec;        // absent without accounting
};

class Units {
 public:
  virtual ~Units() = default;
  // All loaded units. Errors: denied, unavailable (no systemd), timeout, malformed.
  virtual Answer<std::vector<LoadedUnit>> list(Deadline deadline) = 0;
  // Details of the named units (with suffix), in the same order; all questions are sent at once.
  virtual Answer<std::vector<UnitDetails>> details(std::vector<std::string> names, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
