#include "io/wireguard_netlink.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/time_types.h>
#include <linux/wireguard.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>

#include "base/limits.hpp"
#include "io/netlink.hpp"
#include "parse/wireguard_key.hpp"

namespace fleetwatch::io {

namespace {

constexpr std::uint8_t kControlVersion = 1;

NetlinkRequest generic_request(std::uint16_t family, std::uint8_t command, std::uint8_t version) {
  NetlinkRequest request(family);
  auto* header = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(request.header(), sizeof(genlmsghdr)));
  header->cmd = command;
  header->version = version;
  return request;
}

// 0 when the kernel has no WireGuard.
std::uint16_t family_number(NetlinkSocket& netlink) {
  auto request = generic_request(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, kControlVersion);
  mnl_attr_put_strz(request.header(), CTRL_ATTR_FAMILY_NAME, WG_GENL_NAME);
  const auto answer = netlink.ask(request);
  for (const auto* message : answer.messages()) {
    for (const auto* attribute : attributes_of(*message, sizeof(genlmsghdr))) {
      if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID) return value_of<std::uint16_t>(*attribute);
    }
  }
  return 0;
}

std::string address_text(int family, std::string_view address) {
  const std::size_t expected = family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address.size() != expected || ::inet_ntop(family, address.data(), text.data(), text.size()) == nullptr) return "";
  return text.data();
}

std::string endpoint_text(const nlattr& attribute) {
  const auto bytes = bytes_of(attribute);
  const auto family = value_of<sa_family_t>(attribute);
  if (family == AF_INET && bytes.size() >= sizeof(sockaddr_in)) {
    const auto v4 = value_of<sockaddr_in>(attribute);
    const std::string_view address(reinterpret_cast<const char*>(&v4.sin_addr), sizeof v4.sin_addr);
    return address_text(AF_INET, address) + ':' + std::to_string(ntohs(v4.sin_port));
  }
  if (family == AF_INET6 && bytes.size() >= sizeof(sockaddr_in6)) {
    const auto v6 = value_of<sockaddr_in6>(attribute);
    const std::string_view address(reinterpret_cast<const char*>(&v6.sin6_addr), sizeof v6.sin6_addr);
    return '[' + address_text(AF_INET6, address) + "]:" + std::to_string(ntohs(v6.sin6_port));
  }
  return "(none)";
}

void add_allowed_ips(const nlattr& list, std::string& text) {
  for (const auto* entry : attributes_of(list)) {
    std::uint16_t family = 0;
    unsigned prefix = 0;
    std::string_view address;
    for (const auto* attribute : attributes_of(*entry)) {
      const auto type = mnl_attr_get_type(attribute);
      if (type == WGALLOWEDIP_A_FAMILY) family = value_of<std::uint16_t>(*attribute);
      if (type == WGALLOWEDIP_A_IPADDR) address = bytes_of(*attribute);
      if (type == WGALLOWEDIP_A_CIDR_MASK) prefix = value_of<std::uint8_t>(*attribute);
    }
    const auto written = address_text(family, address);
    if (written.empty()) continue;
    if (!text.empty()) text += ',';
    text += written + '/' + std::to_string(prefix);
  }
}

void read_peer_value(const nlattr& attribute, model::WireguardPeer& peer) {
  switch (mnl_attr_get_type(&attribute)) {
    case WGPEER_A_ENDPOINT:
      peer.endpoint = endpoint_text(attribute);
      break;
    case WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL:
      if (const auto seconds = value_of<std::uint16_t>(attribute); seconds != 0) peer.keepalive = seconds;
      break;
    case WGPEER_A_LAST_HANDSHAKE_TIME:
      peer.latest_handshake = value_of<__kernel_timespec>(attribute).tv_sec;
      break;
    case WGPEER_A_RX_BYTES:
      peer.transfer_rx_bytes = static_cast<std::int64_t>(value_of<std::uint64_t>(attribute));
      break;
    case WGPEER_A_TX_BYTES:
      peer.transfer_tx_bytes = static_cast<std::int64_t>(value_of<std::uint64_t>(attribute));
      break;
    case WGPEER_A_ALLOWEDIPS:
      add_allowed_ips(attribute, peer.allowed_ips);
      break;
    default:  // the preshared key among them
      break;
  }
}

Result<void> add_peer(const nlattr& nest, std::vector<model::WireguardPeer>& peers) {
  const auto attributes = attributes_of(nest);
  const auto key = std::find_if(attributes.begin(), attributes.end(), [](const nlattr* attribute) {
    return mnl_attr_get_type(attribute) == WGPEER_A_PUBLIC_KEY;
  });
  if (key == attributes.end() || bytes_of(**key).size() != WG_KEY_LEN)
    return Error{ErrorKind::malformed, "WireGuard names a peer without its key"};
  const auto bytes = value_of<std::array<std::uint8_t, WG_KEY_LEN>>(**key);
  auto text = parse::wireguard_key(bytes);
  // Only neighbours are one peer that goes on; a key does not come twice otherwise.
  if (peers.empty() || peers.back().public_key != text) {
    if (peers.size() >= limits::kListItems) return Error{ErrorKind::too_large, "WireGuard has too many peers"};
    model::WireguardPeer peer;
    peer.public_key = std::move(text);
    peer.endpoint = "(none)";
    peer.latest_handshake = 0;
    peers.push_back(std::move(peer));
  }
  for (const auto* attribute : attributes) read_peer_value(*attribute, peers.back());
  return {};
}

}  // namespace

Result<outside::WireguardDevice> wireguard_device_of(const std::vector<const nlmsghdr*>& messages) {
  outside::WireguardDevice device;
  for (const auto* message : messages) {
    for (const auto* attribute : attributes_of(*message, sizeof(genlmsghdr))) {
      const auto type = mnl_attr_get_type(attribute);
      if (type == WGDEVICE_A_LISTEN_PORT) device.listen_port = value_of<std::uint16_t>(*attribute);
      if (type != WGDEVICE_A_PEERS) continue;
      for (const auto* peer : attributes_of(*attribute)) {
        if (auto added = add_peer(*peer, device.peers); !added) return added.error();
      }
    }
  }
  for (auto& peer : device.peers) {
    if (peer.allowed_ips.empty()) peer.allowed_ips = "(none)";
  }
  std::ranges::sort(device.peers, {}, &model::WireguardPeer::public_key);
  return device;
}

Result<outside::WireguardDevice> wireguard_over_netlink(const std::string& interface) {
  auto netlink = NetlinkSocket::open(NETLINK_GENERIC);
  if (!netlink) return netlink.error();
  const auto family = family_number(*netlink);
  if (family == 0) return Error{ErrorKind::unavailable, "the kernel has no WireGuard", interface};
  auto request = generic_request(family, WG_CMD_GET_DEVICE, WG_GENL_VERSION);
  mnl_attr_put_strz(request.header(), WGDEVICE_A_IFNAME, interface.c_str());
  const auto answer = netlink->dump(request);
  if (answer.error_number() != 0) return netlink_error(answer.error_number(), interface);
  return wireguard_device_of(answer.messages());
}

}  // namespace fleetwatch::io
