// Section `wireguard`: interface wg0 and its peers. Source: rtnetlink, WireGuard's netlink family or UAPI socket.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct WireguardPeer {
  std::string public_key;  // base64
  std::optional<std::string> endpoint;
  std::string allowed_ips;  // comma-separated, as `wg` prints it
  std::optional<std::int64_t> latest_handshake;
  std::optional<std::int64_t> handshake_age_sec;
  std::optional<std::int64_t> transfer_rx_bytes;
  std::optional<std::int64_t> transfer_tx_bytes;
  std::optional<std::int64_t> keepalive;
  UnknownMembers unknown;
  bool operator==(const WireguardPeer&) const = default;
};

template <>
struct Described<WireguardPeer> {
  static constexpr auto fields = std::tuple{
      field("public_key", &WireguardPeer::public_key, "base64 key"),
      field("endpoint", &WireguardPeer::endpoint, "ip:port; (none) when unknown"),
      field("allowed_ips", &WireguardPeer::allowed_ips, "comma-separated networks"),
      field("latest_handshake", &WireguardPeer::latest_handshake, Unit::unix_seconds, "0 when there never was one"),
      field("handshake_age_sec", &WireguardPeer::handshake_age_sec, Unit::seconds, "0 when there never was one"),
      field("transfer_rx_bytes", &WireguardPeer::transfer_rx_bytes, Unit::bytes, "received"),
      field("transfer_tx_bytes", &WireguardPeer::transfer_tx_bytes, Unit::bytes, "sent"),
      field("keepalive", &WireguardPeer::keepalive, Unit::seconds, "persistent keepalive; absent when off"),
  };
};

struct Wireguard {
  std::optional<bool> interface_up;
  std::optional<bool> service_active;
  std::optional<std::string> wg_ip;
  std::optional<std::int64_t> listen_port;
  std::optional<std::int64_t> peer_count;
  std::optional<std::int64_t> mtu;
  std::optional<bool> config_exists;
  std::optional<std::string> config_perms;
  std::optional<std::vector<WireguardPeer>> peers;
  UnknownMembers unknown;
  bool operator==(const Wireguard&) const = default;
};

template <>
struct Described<Wireguard> {
  static constexpr auto fields = std::tuple{
      field("interface_up", &Wireguard::interface_up, "wg0 exists and is up"),
      field("service_active", &Wireguard::service_active, "unit wg-quick@wg0 is active"),
      field("wg_ip", &Wireguard::wg_ip, "first IPv4 address of wg0"),
      field("listen_port", &Wireguard::listen_port, "UDP port"),
      field("peer_count", &Wireguard::peer_count, "configured peers"),
      field("mtu", &Wireguard::mtu, Unit::bytes, "MTU of wg0"),
      field("config_exists", &Wireguard::config_exists, "/etc/wireguard/wg0.conf exists"),
      field("config_perms", &Wireguard::config_perms, "its mode, octal"),
      field("peers", &Wireguard::peers, "configured peers, sorted by public key"),
  };
};

}  // namespace fleetwatch::model
