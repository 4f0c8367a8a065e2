// The fields of each answer, said once for writing and for reading.
#pragma once

#include "outside/machine.hpp"

namespace fleetwatch::io::recorded {

// `archive(key, member)` writes the member, or reads it where it is there.

template <class Archive>
void describe(Archive& archive, outside::FileInfo& info) {
  archive("is_directory", info.is_directory);
  archive("permissions", info.permissions);
  archive("size_bytes", info.size_bytes);
}

template <class Archive>
void describe(Archive& archive, outside::DiskUse& use) {
  archive("total_bytes", use.total_bytes);
  archive("free_bytes", use.free_bytes);
  archive("available_bytes", use.available_bytes);
  archive("inodes_total", use.inodes_total);
  archive("inodes_free", use.inodes_free);
}

template <class Archive>
void describe(Archive& archive, outside::LoadedUnit& unit) {
  archive("name", unit.name);
  archive("load_state", unit.load_state);
  archive("active_state", unit.active_state);
  archive("sub_state", unit.sub_state);
}

template <class Archive>
void describe(Archive& archive, outside::UnitDetails& unit) {
  archive("name", unit.name);
  archive("load_state", unit.load_state);
  archive("active_state", unit.active_state);
  archive("sub_state", unit.sub_state);
  archive("unit_file_state", unit.unit_file_state);
  archive("active_enter_unix_usec", unit.active_enter_unix_usec);
  archive("n_restarts", unit.n_restarts);
  archive("main_pid", unit.main_pid);
  archive("memory_current_bytes", unit.memory_current_bytes);
  archive("cpu_usage_nsec", unit.cpu_usage_nsec);
}

template <class Archive>
void describe(Archive& archive, outside::ListeningSocket& socket) {
  bool udp = socket.transport == outside::Transport::udp;
  archive("udp", udp);
  socket.transport = udp ? outside::Transport::udp : outside::Transport::tcp;
  archive("address", socket.address);
  archive("port", socket.port);
  archive("inode", socket.inode);
}

template <class Archive>
void describe(Archive& archive, outside::Link& link) {
  archive("name", link.name);
  archive("up", link.up);
  archive("mtu", link.mtu);
  archive("ipv4_addresses", link.ipv4_addresses);
}

template <class Archive>
void describe(Archive& archive, outside::Route& route) {
  archive("is_default", route.is_default);
  archive("interface", route.interface);
}

template <class Archive>
void describe(Archive& archive, outside::LinkTable& table) {
  archive("links", table.links);
  archive("ipv4_routes", table.ipv4_routes);
}

template <class Archive>
void describe(Archive& archive, model::WireguardPeer& peer) {
  archive("public_key", peer.public_key);
  archive("endpoint", peer.endpoint);
  archive("allowed_ips", peer.allowed_ips);
  archive("latest_handshake", peer.latest_handshake);
  archive("transfer_rx_bytes", peer.transfer_rx_bytes);
  archive("transfer_tx_bytes", peer.transfer_tx_bytes);
  archive("keepalive", peer.keepalive);
}

template <class Archive>
void describe(Archive& archive, outside::WireguardDevice& device) {
  archive("listen_port", device.listen_port);
  archive("peers", device.peers);
}

template <class Archive>
void describe(Archive& archive, outside::HttpResponse& response) {
  archive("status", response.status);
  archive("complete", response.complete);
  archive("body", response.body);
}

template <class Archive>
void describe(Archive& archive, outside::DnsAnswer& answer) {
  archive("reply_code", answer.reply_code);
  archive("answers", answer.answers);
}

template <class Archive>
void describe(Archive& archive, outside::Certificate& certificate) {
  archive("not_after_unix_sec", certificate.not_after_unix_sec);
}

template <class Archive>
void describe(Archive& archive, outside::InputHook& hook) {
  archive("family", hook.family);
  archive("table", hook.table);
  archive("chain", hook.chain);
  archive("policy_drop", hook.policy_drop);
  archive("jump_targets", hook.jump_targets);
}

}  // namespace fleetwatch::io::recorded
