// Section `network`: reachability, TCP health, listeners, firewall. Source: ICMP, rtnetlink, sock_diag, nf_tables,
// files.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct ListeningPort {
  std::int64_t port = 0;
  std::string proto;  // "tcp" or "udp"
  std::optional<std::string> process;
  UnknownMembers unknown;
  bool operator==(const ListeningPort&) const = default;
};

template <>
struct Described<ListeningPort> {
  static constexpr auto fields = std::tuple{
      field("port", &ListeningPort::port, "port number"),
      field("proto", &ListeningPort::proto, "tcp or udp"),
      field("process", &ListeningPort::process, "first process that owns the socket"),
  };
};

struct Network {
  std::optional<bool> internet_reachable;
  std::optional<bool> default_route;
  std::optional<bool> wg_route_exists;
  std::optional<std::int64_t> tcp_established;
  std::optional<std::int64_t> tcp_time_wait;
  std::optional<double> tcp_retrans_pct;
  std::optional<std::int64_t> tcp_retrans_window_sec;
  std::optional<double> tcp_retrans_pct_boot;
  std::vector<ListeningPort> listening_ports;
  std::optional<bool> ufw_active;
  std::optional<std::vector<std::string>> ufw_rules;
  UnknownMembers unknown;
  bool operator==(const Network&) const = default;
};

template <>
struct Described<Network> {
  static constexpr auto fields = std::tuple{
      field("internet_reachable", &Network::internet_reachable, "an ICMP echo to the internet target was answered"),
      field("default_route", &Network::default_route, "an IPv4 default route exists"),
      field("wg_route_exists", &Network::wg_route_exists, "a route through wg0 exists"),
      field("tcp_established", &Network::tcp_established, "established TCP connections"),
      field("tcp_time_wait", &Network::tcp_time_wait, "TCP connections in TIME-WAIT"),
      field("tcp_retrans_pct", &Network::tcp_retrans_pct, Unit::percent,
            "segments sent again, over tcp_retrans_window_sec"),
      field("tcp_retrans_window_sec", &Network::tcp_retrans_window_sec, Unit::seconds,
            "time that tcp_retrans_pct covers"),
      field("tcp_retrans_pct_boot", &Network::tcp_retrans_pct_boot, Unit::percent, "segments sent again since boot"),
      field("listening_ports", &Network::listening_ports, "listeners, one per port and protocol, sorted"),
      field("ufw_active", &Network::ufw_active, "firewall enabled and present in the kernel"),
      field("ufw_rules", &Network::ufw_rules, "rules as `ufw status numbered` prints them"),
  };
};

}  // namespace fleetwatch::model
