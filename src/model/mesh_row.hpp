// One node of the WireGuard mesh: what `monitor mesh --json` writes as a list.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct MeshPeerRow {
  std::string allowed_ips;
  std::optional<std::int64_t> handshake_age_sec;
  std::optional<std::int64_t> latest_handshake;  // tells "never" (0) from "just now", which have the same age
  std::optional<std::int64_t> transfer_rx_bytes;
  std::optional<std::int64_t> transfer_tx_bytes;
  bool operator==(const MeshPeerRow&) const = default;
};

template <>
struct Described<MeshPeerRow> {
  static constexpr auto fields = std::tuple{
      field("allowed_ips", &MeshPeerRow::allowed_ips, "comma-separated networks"),
      field("handshake_age_sec", &MeshPeerRow::handshake_age_sec, Unit::seconds, "0 when there never was one"),
      field("latest_handshake", &MeshPeerRow::latest_handshake, Unit::unix_seconds, "0 when there never was one"),
      field("transfer_rx_bytes", &MeshPeerRow::transfer_rx_bytes, Unit::bytes, "received"),
      field("transfer_tx_bytes", &MeshPeerRow::transfer_tx_bytes, Unit::bytes, "sent"),
  };
};

struct MeshRow {
  std::string host;
  std::optional<std::string> wg_ip;
  std::optional<std::int64_t> listen_port;
  std::optional<std::int64_t> peer_count;
  std::optional<bool> up;
  std::optional<std::vector<MeshPeerRow>> peers;
  std::string status;                 // "ok" or "unreachable"
  std::optional<std::string> reason;  // FailureReason, only when unreachable
  std::optional<std::string> error;   // text for people, only when unreachable
  bool operator==(const MeshRow&) const = default;
};

template <>
struct Described<MeshRow> {
  static constexpr auto fields = std::tuple{
      field("host", &MeshRow::host, "inventory host"),
      field("wg_ip", &MeshRow::wg_ip, "address in the mesh"),
      field("listen_port", &MeshRow::listen_port, "UDP port"),
      field("peer_count", &MeshRow::peer_count, "configured peers"),
      field("up", &MeshRow::up, "wg0 exists and is up"),
      field("peers", &MeshRow::peers, "configured peers"),
      field("status", &MeshRow::status, "ok or unreachable"),
      field("reason", &MeshRow::reason, "why there is no report: a word of a closed list"),
      field("error", &MeshRow::error, "why there is no report: text for people"),
  };
};

}  // namespace fleetwatch::model
