// Section `anyone`: relay or client of the anonymity network. Source: systemd, sockets, its log and configuration.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Anyone {
  std::optional<bool> relay_active;
  std::optional<bool> client_active;
  std::optional<std::string> mode;
  std::optional<bool> orport_listening;
  std::optional<bool> socks_listening;
  std::optional<bool> control_listening;
  std::optional<bool> bootstrapped;
  std::optional<std::int64_t> bootstrap_pct;
  std::optional<std::string> fingerprint;
  std::optional<std::string> nickname;
  UnknownMembers unknown;
  bool operator==(const Anyone&) const = default;
};

template <>
struct Described<Anyone> {
  static constexpr auto fields = std::tuple{
      field("relay_active", &Anyone::relay_active, "unit orama-anyone-relay is active"),
      field("client_active", &Anyone::client_active, "unit orama-anyone-client is active"),
      field("mode", &Anyone::mode, "relay or client"),
      field("orport_listening", &Anyone::orport_listening, "something listens on TCP 9001"),
      field("socks_listening", &Anyone::socks_listening, "something listens on TCP 9050"),
      field("control_listening", &Anyone::control_listening, "something listens on TCP 9051"),
      field("bootstrapped", &Anyone::bootstrapped, "bootstrap_pct is 100"),
      field("bootstrap_pct", &Anyone::bootstrap_pct, Unit::percent, "progress in the last such log line"),
      field("fingerprint", &Anyone::fingerprint, "identity of the relay"),
      field("nickname", &Anyone::nickname, "name of the relay"),
  };
};

}  // namespace fleetwatch::model
