// Section `olric`: the in-memory data grid. Source: systemd, sockets, RESP on port 3320, journal.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Olric {
  std::optional<bool> service_active;
  std::optional<bool> memberlist_up;
  std::optional<std::int64_t> member_count;
  std::optional<std::vector<std::string>> members;
  std::optional<std::string> coordinator;
  std::optional<std::int64_t> process_mem_mb;
  std::optional<std::int64_t> restart_count;
  std::optional<std::int64_t> log_errors_1h;
  std::optional<std::int64_t> log_suspects_1h;
  std::optional<std::int64_t> log_flapping_1h;
  UnknownMembers unknown;
  bool operator==(const Olric&) const = default;
};

template <>
struct Described<Olric> {
  static constexpr auto fields = std::tuple{
      field("service_active", &Olric::service_active, "unit orama-olric is active"),
      field("memberlist_up", &Olric::memberlist_up, "something listens on TCP 3322"),
      field("member_count", &Olric::member_count, "members"),
      field("members", &Olric::members, "member names, sorted"),
      field("coordinator", &Olric::coordinator, "the coordinating member"),
      field("process_mem_mb", &Olric::process_mem_mb, Unit::mebibytes, "resident memory of olric-server"),
      field("restart_count", &Olric::restart_count, "automatic restarts of the unit"),
      field("log_errors_1h", &Olric::log_errors_1h, "lines of level ERR or ERROR in the last hour"),
      field("log_suspects_1h", &Olric::log_suspects_1h, "lines about suspected or failed members in the last hour"),
      field("log_flapping_1h", &Olric::log_flapping_1h, "members that left in the last hour"),
  };
};

}  // namespace fleetwatch::model
