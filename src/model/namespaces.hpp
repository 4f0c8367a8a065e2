// Section `namespaces`: one entry per tenant with its own rqlite, olric and gateway. Source: files, HTTP, sockets.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Namespace {
  std::string name;
  std::int64_t port_base = 0;  // 0 when its configuration does not say
  std::optional<bool> rqlite_up;
  std::optional<std::string> rqlite_state;
  std::optional<bool> rqlite_ready;
  std::optional<bool> olric_up;
  std::optional<bool> gateway_up;
  std::optional<std::int64_t> gateway_status;
  std::optional<bool> sfu_up;
  std::optional<bool> turn_up;
  UnknownMembers unknown;
  bool operator==(const Namespace&) const = default;
};

template <>
struct Described<Namespace> {
  static constexpr auto fields = std::tuple{
      field("name", &Namespace::name, "namespace"),
      field("port_base", &Namespace::port_base, "first port of its block; 0 when unknown"),
      field("rqlite_up", &Namespace::rqlite_up, "/status gave an HTTP answer below 400"),
      field("rqlite_state", &Namespace::rqlite_state, "raft state"),
      field("rqlite_ready", &Namespace::rqlite_ready, "/readyz gave HTTP 200"),
      field("olric_up", &Namespace::olric_up, "something listens on port_base + 2"),
      field("gateway_up", &Namespace::gateway_up, "any HTTP answer on port_base + 4"),
      field("gateway_status", &Namespace::gateway_status, "its HTTP status"),
      field("sfu_up", &Namespace::sfu_up, "sfu provisioned and active"),
      field("turn_up", &Namespace::turn_up, "turn provisioned and active"),
  };
};

}  // namespace fleetwatch::model
