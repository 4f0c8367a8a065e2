// Section `services`: systemd units of the product. Source: systemd's bus.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Service {
  std::string name;  // unit name without ".service"
  std::optional<std::string> load_state;
  std::string active_state;
  std::string sub_state;
  std::optional<bool> enabled;
  std::optional<std::int64_t> n_restarts;
  std::optional<std::int64_t> active_since_sec;
  std::optional<std::int64_t> memory_current_mb;
  std::optional<std::int64_t> cpu_usage_nsec;
  std::optional<std::int64_t> main_pid;
  std::optional<bool> restart_loop_risk;
  UnknownMembers unknown;
  bool operator==(const Service&) const = default;
};

template <>
struct Described<Service> {
  static constexpr auto fields = std::tuple{
      field("name", &Service::name, "unit name without .service"),
      field("load_state", &Service::load_state, "loaded, not-found, masked, ..."),
      field("active_state", &Service::active_state,
            "active, inactive, failed, activating, ...; unknown when systemd could not be asked"),
      field("sub_state", &Service::sub_state, "running, exited, dead, auto-restart, ..."),
      field("enabled", &Service::enabled, "true when the enable state is exactly `enabled`"),
      field("n_restarts", &Service::n_restarts, "automatic restarts since the last start by hand"),
      field("active_since_sec", &Service::active_since_sec, Unit::seconds, "time since the last entry into active"),
      field("memory_current_mb", &Service::memory_current_mb, Unit::mebibytes, "memory of the unit's control group"),
      field("cpu_usage_nsec", &Service::cpu_usage_nsec, Unit::nanoseconds, "processor time of the unit"),
      field("main_pid", &Service::main_pid, "main process"),
      field("restart_loop_risk", &Service::restart_loop_risk, "more than 3 restarts and active for less than 300 s"),
  };
};

struct Services {
  std::vector<Service> services;
  std::vector<std::string> failed_units;
  UnknownMembers unknown;
  bool operator==(const Services&) const = default;
};

template <>
struct Described<Services> {
  static constexpr auto fields = std::tuple{
      field("services", &Services::services, "the core services in fixed order, then discovered units"),
      field("failed_units", &Services::failed_units, "all units that systemd lists as failed, with suffix"),
  };
};

}  // namespace fleetwatch::model
