// Clients that are connected to message brokers: what `tool connections --json` writes.
#pragma once

#include <string>
#include <vector>

#include "model/field.hpp"

namespace fleetwatch::model {

// What a client is to the provisioning of servers; the names are those of the JSON.
inline constexpr std::string_view kWaitingServer = "waiting";
inline constexpr std::string_view kProvisioner = "provisioner";
inline constexpr std::string_view kOtherClient = "other";

// Where a server stands on its way through provisioning; the names are those of the JSON.
inline constexpr std::string_view kStateWaiting = "waiting";          // it has started, and nobody provisioned it
inline constexpr std::string_view kStateProvisioned = "provisioned";  // its configuration is written
inline constexpr std::string_view kStateRestarting = "restarting";    // it ended after that, and has not come back
inline constexpr std::string_view kStateGone = "gone";                // it ended before that, or is silent
inline constexpr std::string_view kStateBack = "back";                // it runs as what it was made

// Neither the user nor the token of a connection is kept: brokers show secrets there.
struct BrokerConnection {
  std::string kind = std::string(kOtherClient);
  std::string name;                          // as the client says; empty when it says none
  std::string address;                       // "ip:port"
  std::string account;                       // empty: the broker has no accounts
  std::string broker;                        // name of the server, or its URL
  std::string cluster;                       // empty: the broker is alone
  std::uint64_t cid = 0;                     // of the connection, at its broker
  std::optional<std::string> connected_at;   // UTC
  std::optional<std::int64_t> connected_ms;  // since then, by the broker's clock
  std::optional<std::int64_t> idle_ms;
  std::uint64_t subscriptions = 0;
  std::uint64_t in_msgs = 0;  // sent by the client
  std::uint64_t out_msgs = 0;
  std::uint64_t in_bytes = 0;
  std::uint64_t out_bytes = 0;
  // Of servers that wait, by their lifecycle events; absent: not known.
  std::optional<std::string> state;
  std::optional<std::string> state_since;  // UTC
  std::optional<bool> startup_seen;
  bool operator==(const BrokerConnection&) const = default;
};

struct BrokerAnswer {
  std::string broker;
  std::uint64_t connections = 0;     // of the account
  std::optional<std::string> error;  // why nothing, or not all, is known of it
  bool operator==(const BrokerAnswer&) const = default;
};

// A server that was in provisioning and does not wait at a broker that was asked, by its lifecycle events.
struct ServerThatLeft {
  std::string name;
  std::string state;
  std::string state_since;  // UTC
  bool operator==(const ServerThatLeft&) const = default;
};

struct BrokerConnections {
  std::string account;           // that was asked for; empty: all
  bool unknown_account = false;  // no broker knows it; clients were told apart by what they subscribe to
  std::vector<BrokerAnswer> brokers;
  bool all_brokers = false;               // of the cluster answered, and there are no others
  std::vector<BrokerConnection> waiting;  // longest first
  std::vector<BrokerConnection> provisioners;
  std::vector<BrokerConnection> others;
  std::optional<std::string> events_error;                   // why no states are known
  std::optional<std::string> events_since;                   // all lifecycle events since then are known, UTC
  std::optional<std::vector<std::string>> startup_not_seen;  // waiting servers, in their order
  std::optional<std::vector<ServerThatLeft>> left;           // who is back after all others, each newest first
  bool operator==(const BrokerConnections&) const = default;
};

template <>
struct Described<BrokerConnection> {
  static constexpr auto fields = std::tuple{
      field("kind", &BrokerConnection::kind, "waiting (a server), provisioner or other"),
      field("name", &BrokerConnection::name, "name that the client gave itself"),
      field("address", &BrokerConnection::address, "remote address and port"),
      field("account", &BrokerConnection::account, "account of the broker; empty where it has none"),
      field("broker", &BrokerConnection::broker, "server that holds the connection"),
      field("cluster", &BrokerConnection::cluster, "cluster of the server; empty when it is alone"),
      field("cid", &BrokerConnection::cid, "number of the connection at its server"),
      field("connected_at", &BrokerConnection::connected_at, "since when, UTC"),
      field("connected_ms", &BrokerConnection::connected_ms, Unit::milliseconds, "for how long"),
      field("idle_ms", &BrokerConnection::idle_ms, Unit::milliseconds, "since the last message"),
      field("subscriptions", &BrokerConnection::subscriptions, "number of subscriptions"),
      field("in_msgs", &BrokerConnection::in_msgs, "messages sent by the client"),
      field("out_msgs", &BrokerConnection::out_msgs, "messages sent to the client"),
      field("in_bytes", &BrokerConnection::in_bytes, Unit::bytes, "sent by the client"),
      field("out_bytes", &BrokerConnection::out_bytes, Unit::bytes, "sent to the client"),
      field("state", &BrokerConnection::state,
            "of a waiting server, by its lifecycle events: waiting, provisioned, restarting, gone or back"),
      field("state_since", &BrokerConnection::state_since, "when it came into this state, UTC"),
      field("startup_seen", &BrokerConnection::startup_seen,
            "of a waiting server: its startup event is known; false: there was none since it connected"),
  };
};

template <>
struct Described<BrokerAnswer> {
  static constexpr auto fields = std::tuple{
      field("broker", &BrokerAnswer::broker, "server that was asked"),
      field("connections", &BrokerAnswer::connections, "how many it has of the account"),
      field("error", &BrokerAnswer::error, "why nothing, or not all, is known of it"),
  };
};

template <>
struct Described<ServerThatLeft> {
  static constexpr auto fields = std::tuple{
      field("name", &ServerThatLeft::name, "identity of the server"),
      field("state", &ServerThatLeft::state, "waiting, provisioned, restarting, gone or back"),
      field("state_since", &ServerThatLeft::state_since, "since when, UTC"),
  };
};

template <>
struct Described<BrokerConnections> {
  static constexpr auto fields = std::tuple{
      field("account", &BrokerConnections::account, "account that was asked for; empty: all"),
      field("unknown_account", &BrokerConnections::unknown_account,
            "no server knows the account: clients are told apart by their subscriptions"),
      field("brokers", &BrokerConnections::brokers, "servers that were asked"),
      field("all_brokers", &BrokerConnections::all_brokers,
            "these are all servers of the cluster, and all have answered; known by the system account alone"),
      field("waiting", &BrokerConnections::waiting, "servers that wait for provisioning, longest first"),
      field("provisioners", &BrokerConnections::provisioners, "who provisions them"),
      field("others", &BrokerConnections::others, "all other clients of the account"),
      field("events_error", &BrokerConnections::events_error, "why the states of servers are not known"),
      field("events_since", &BrokerConnections::events_since, "all lifecycle events since then are known, UTC"),
      field("startup_not_seen", &BrokerConnections::startup_not_seen,
            "waiting servers without a startup event since they connected: provisioners may not know them"),
      field("left", &BrokerConnections::left,
            "servers that were in provisioning and do not wait there, newest first, those that are back last"),
  };
};

}  // namespace fleetwatch::model
