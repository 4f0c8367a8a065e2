// Connections in the order of one number, and how many each broker has: what `broker server report conns --json`
// writes.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "model/connection.hpp"
#include "model/field.hpp"

namespace fleetwatch::model {

// What a report is sorted by, with the words of the reference.
inline constexpr std::array<std::string_view, 7> kConnectionSorts = {"in-bytes", "out-bytes", "in-msgs", "out-msgs",
                                                                     "uptime",   "cid",       "subs"};

struct ServerConnections {
  std::string server;
  std::string cluster;  // empty: it is alone, or did not say
  std::uint64_t connections = 0;
  bool operator==(const ServerConnections&) const = default;
};

struct ConnectionReport {
  std::string account;           // that was asked for; empty: all
  bool unknown_account = false;  // no broker knows it
  std::string sort;
  std::uint64_t total = 0;  // connections in all, of which `connections` has the top ones
  std::vector<BrokerAnswer> brokers;
  std::vector<BrokerConnection> connections;
  std::uint64_t subscriptions = 0;  // these five are of all connections
  std::uint64_t in_msgs = 0;
  std::uint64_t out_msgs = 0;
  std::uint64_t in_bytes = 0;
  std::uint64_t out_bytes = 0;
  std::vector<ServerConnections> servers;  // fewest first
  bool operator==(const ConnectionReport&) const = default;
};

template <>
struct Described<ServerConnections> {
  static constexpr auto fields = std::tuple{
      field("server", &ServerConnections::server, "name of the broker, or its monitoring endpoint"),
      field("cluster", &ServerConnections::cluster, "its cluster; empty when it is alone"),
      field("connections", &ServerConnections::connections, "how many it holds"),
  };
};

template <>
struct Described<ConnectionReport> {
  static constexpr auto fields = std::tuple{
      field("account", &ConnectionReport::account, "account that was asked for; empty: all"),
      field("unknown_account", &ConnectionReport::unknown_account,
            "no server knows the account: clients are told apart by their subscriptions"),
      field("sort", &ConnectionReport::sort, "what the connections are sorted by"),
      field("total", &ConnectionReport::total, "connections in all"),
      field("brokers", &ConnectionReport::brokers, "servers that were asked"),
      field("connections", &ConnectionReport::connections, "the top ones"),
      field("subscriptions", &ConnectionReport::subscriptions, "of all connections"),
      field("in_msgs", &ConnectionReport::in_msgs, "sent by all clients"),
      field("out_msgs", &ConnectionReport::out_msgs, "sent to all clients"),
      field("in_bytes", &ConnectionReport::in_bytes, Unit::bytes, "sent by all clients"),
      field("out_bytes", &ConnectionReport::out_bytes, Unit::bytes, "sent to all clients"),
      field("servers", &ConnectionReport::servers, "connections per server, fewest first"),
  };
};

}  // namespace fleetwatch::model
