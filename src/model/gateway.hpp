// Section `gateway`. Source: GET /v1/health on port 6001.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct GatewaySubsystem {
  std::optional<std::string> status;
  std::optional<std::string> latency;
  std::optional<std::string> error;
  UnknownMembers unknown;
  bool operator==(const GatewaySubsystem&) const = default;
};

template <>
struct Described<GatewaySubsystem> {
  static constexpr auto fields = std::tuple{
      field("status", &GatewaySubsystem::status, "`ok` is healthy"),
      field("latency", &GatewaySubsystem::latency, "as text, for example 2ms"),
      field("error", &GatewaySubsystem::error, "what is wrong"),
  };
};

struct Gateway {
  std::optional<bool> responsive;
  std::optional<std::int64_t> http_status;
  std::optional<std::string> version;
  std::optional<std::map<std::string, GatewaySubsystem>> subsystems;
  UnknownMembers unknown;
  bool operator==(const Gateway&) const = default;
};

template <>
struct Described<Gateway> {
  static constexpr auto fields = std::tuple{
      field("responsive", &Gateway::responsive, "any HTTP answer arrived"),
      field("http_status", &Gateway::http_status, "its status"),
      field("version", &Gateway::version, "the gateway's version"),
      field("subsystems", &Gateway::subsystems, "health by subsystem"),
  };
};

}  // namespace fleetwatch::model
