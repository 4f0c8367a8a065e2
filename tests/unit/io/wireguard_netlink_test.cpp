#include "io/wireguard_netlink.hpp"

#include <gtest/gtest.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/time_types.h>
#include <linux/wireguard.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <functional>

#include "io/netlink.hpp"

namespace fleetwatch::io {
namespace {

using Key = std::array<std::uint8_t, WG_KEY_LEN>;

// Messages as the kernel builds them, since the machine that runs the tests rarely has such a device.
class Message {
 public:
  Message() { mnl_nlmsg_put_extra_header(header(), sizeof(genlmsghdr)); }
  nlmsghdr* header() { return request_.header(); }
  void nest(std::uint16_t type, const std::function<void()>& fill) {
    auto* nested = mnl_attr_nest_start(header(), type);
    fill();
    mnl_attr_nest_end(header(), nested);
  }
  template <class Value>
  void put(std::uint16_t type, const Value& value) {
    mnl_attr_put(header(), type, sizeof value, &value);
  }
  void allowed_ip(std::array<std::uint8_t, 4> address, std::uint8_t prefix) {
    nest(0, [&] {
      put<std::uint16_t>(WGALLOWEDIP_A_FAMILY, AF_INET);
      put(WGALLOWEDIP_A_IPADDR, address);
      put(WGALLOWEDIP_A_CIDR_MASK, prefix);
    });
  }

 private:
  NetlinkRequest request_{GENL_ID_CTRL};
};

Key key_of(std::uint8_t byte) {
  Key key{};
  key.fill(byte);
  return key;
}

TEST(WireguardNetlink, ReadsADevice) {
  Message message;
  message.put(WGDEVICE_A_PRIVATE_KEY, key_of(9));
  message.put<std::uint16_t>(WGDEVICE_A_LISTEN_PORT, 51820);
  message.nest(WGDEVICE_A_PEERS, [&] {
    message.nest(0, [&] {
      message.put(WGPEER_A_PUBLIC_KEY, key_of(4));
      message.put(WGPEER_A_PRESHARED_KEY, key_of(8));
    });
    message.nest(0, [&] {
      message.put(WGPEER_A_PUBLIC_KEY, key_of(0));
      sockaddr_in endpoint{};
      endpoint.sin_family = AF_INET;
      endpoint.sin_port = htons(51820);
      endpoint.sin_addr.s_addr = htonl(0xc6120702);
      message.put(WGPEER_A_ENDPOINT, endpoint);
      message.put<std::uint16_t>(WGPEER_A_PERSISTENT_KEEPALIVE_INTERVAL, 25);
      message.put(WGPEER_A_LAST_HANDSHAKE_TIME, __kernel_timespec{1'750'000'000, 5});
      message.put<std::uint64_t>(WGPEER_A_RX_BYTES, 92);
      message.put<std::uint64_t>(WGPEER_A_TX_BYTES, 148);
      message.nest(WGPEER_A_ALLOWEDIPS, [&] { message.allowed_ip({10, 0, 0, 2}, 32); });
    });
  });
  const auto device = wireguard_device_of({message.header()});
  ASSERT_TRUE(device.ok()) << device.error().what;
  EXPECT_EQ(device->listen_port, 51820);
  ASSERT_EQ(device->peers.size(), 2U);
  model::WireguardPeer expected;
  expected.public_key = std::string(43, 'A') + '=';
  expected.endpoint = "198.18.7.2:51820";
  expected.allowed_ips = "10.0.0.2/32";
  expected.latest_handshake = 1'750'000'000;
  expected.transfer_rx_bytes = 92;
  expected.transfer_tx_bytes = 148;
  expected.keepalive = 25;
  EXPECT_TRUE(device->peers[1].public_key.starts_with("BAQE")) << "sorted by key";
  EXPECT_EQ(device->peers[1].endpoint, "(none)");
  EXPECT_EQ(device->peers[1].allowed_ips, "(none)");
  EXPECT_EQ(device->peers[1].latest_handshake, 0);
  EXPECT_EQ(device->peers[0], expected);
}

TEST(WireguardNetlink, APeerMayGoOnInTheNextMessage) {
  Message first;
  first.nest(WGDEVICE_A_PEERS, [&] {
    first.nest(0, [&] {
      first.put(WGPEER_A_PUBLIC_KEY, key_of(1));
      first.put<std::uint64_t>(WGPEER_A_RX_BYTES, 92);
      first.nest(WGPEER_A_ALLOWEDIPS, [&] { first.allowed_ip({10, 0, 0, 2}, 32); });
    });
  });
  Message second;
  second.nest(WGDEVICE_A_PEERS, [&] {
    second.nest(0, [&] {
      second.put(WGPEER_A_PUBLIC_KEY, key_of(1));
      second.nest(WGPEER_A_ALLOWEDIPS, [&] { second.allowed_ip({10, 1, 0, 0}, 16); });
    });
    second.nest(0, [&] { second.put(WGPEER_A_PUBLIC_KEY, key_of(2)); });
  });
  const auto device = wireguard_device_of({first.header(), second.header()});
  ASSERT_TRUE(device.ok());
  ASSERT_EQ(device->peers.size(), 2U);
  EXPECT_EQ(device->peers[0].allowed_ips, "10.0.0.2/32,10.1.0.0/16");
  EXPECT_EQ(device->peers[0].transfer_rx_bytes, 92);
}

TEST(WireguardNetlink, WritesIpv6AsWgDoes) {
  Message message;
  message.nest(WGDEVICE_A_PEERS, [&] {
    message.nest(0, [&] {
      message.put(WGPEER_A_PUBLIC_KEY, key_of(1));
      sockaddr_in6 endpoint{};
      endpoint.sin6_family = AF_INET6;
      endpoint.sin6_port = htons(7);
      endpoint.sin6_addr = in6addr_loopback;
      message.put(WGPEER_A_ENDPOINT, endpoint);
      message.nest(WGPEER_A_ALLOWEDIPS, [&] {
        message.nest(0, [&] {
          message.put<std::uint16_t>(WGALLOWEDIP_A_FAMILY, AF_INET6);
          message.put(WGALLOWEDIP_A_IPADDR, in6addr_any);
          message.put<std::uint8_t>(WGALLOWEDIP_A_CIDR_MASK, 0);
        });
      });
    });
  });
  const auto device = wireguard_device_of({message.header()});
  ASSERT_TRUE(device.ok());
  EXPECT_EQ(device->peers.at(0).endpoint, "[::1]:7");
  EXPECT_EQ(device->peers.at(0).allowed_ips, "::/0");
}

TEST(WireguardNetlink, APeerWithoutWholeKeyIsMalformed) {
  Message message;
  message.nest(WGDEVICE_A_PEERS, [&] { message.nest(0, [&] { message.put<std::uint32_t>(WGPEER_A_PUBLIC_KEY, 1); }); });
  EXPECT_EQ(wireguard_device_of({message.header()}).error().kind, ErrorKind::malformed);
}

TEST(WireguardNetlink, TheLoopbackIsNoWireguardDevice) {
  const auto device = wireguard_over_netlink("lo");
  ASSERT_FALSE(device.ok());
  // Without root the kernel refuses before it looks.
  if (::geteuid() == 0) {
    EXPECT_EQ(device.error().kind, ErrorKind::unavailable) << to_string(device.error());
  }
}

}  // namespace
}  // namespace fleetwatch::io
