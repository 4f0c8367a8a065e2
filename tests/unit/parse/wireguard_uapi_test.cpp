#include "parse/wireguard_uapi.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/limits.hpp"
#include "parse/wireguard_key.hpp"

namespace fleetwatch::parse {
namespace {

std::string key(char digit) { return std::string(64, digit); }

std::string peer(char digit, const std::string& rest) { return "public_key=" + key(digit) + '\n' + rest; }

const std::string kWholePeer =
    "preshared_key=" + key('b') +
    "\nprotocol_version=1\nendpoint=198.18.7.2:51820\nlast_handshake_time_sec=1750000000\nlast_handshake_time_nsec=5\n"
    "tx_bytes=148\nrx_bytes=92\npersistent_keepalive_interval=25\nallowed_ip=10.0.0.2/32\nallowed_ip=fd00::/64\n";

TEST(WireguardKey, WritesBase64) {
  // Alice's public key in RFC 7748, section 6.1.
  EXPECT_EQ(wireguard_key_of_hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
            "hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=");
  EXPECT_EQ(wireguard_key_of_hex(key('0')), std::string(43, 'A') + '=');
  EXPECT_EQ(wireguard_key_of_hex(key('F')), std::string(42, '/') + "8=");
}

TEST(WireguardKey, TakesNothingElse) {
  for (const auto& text : {std::string(), key('a').substr(1), key('a') + 'a', key('g'), key(' ')}) {
    EXPECT_FALSE(wireguard_key_of_hex(text)) << text;
  }
}

TEST(WireguardUapi, ReadsAWholeDevice) {
  const auto state = wireguard_uapi("private_key=" + key('c') + "\nlisten_port=51820\nfwmark=1\n" +
                                    peer('1', kWholePeer) + "errno=0\n\n");
  ASSERT_TRUE(state.ok()) << state.error().what;
  EXPECT_EQ(state->listen_port, 51820);
  ASSERT_EQ(state->peers.size(), 1U);
  model::WireguardPeer expected;
  expected.public_key = *wireguard_key_of_hex(key('1'));
  expected.endpoint = "198.18.7.2:51820";
  expected.allowed_ips = "10.0.0.2/32,fd00::/64";
  expected.latest_handshake = 1750000000;
  expected.transfer_rx_bytes = 92;
  expected.transfer_tx_bytes = 148;
  expected.keepalive = 25;
  EXPECT_EQ(state->peers[0], expected);
}

TEST(WireguardUapi, APeerNeverHeardOf) {
  const auto state = wireguard_uapi(peer('1', "persistent_keepalive_interval=0\n") + "errno=0\n\n");
  ASSERT_TRUE(state.ok());
  const auto& one = state->peers.at(0);
  EXPECT_EQ(one.endpoint, "(none)");
  EXPECT_EQ(one.allowed_ips, "(none)");
  EXPECT_EQ(one.latest_handshake, 0);
  EXPECT_FALSE(one.keepalive);
}

TEST(WireguardUapi, SortsPeersByKey) {
  const auto state = wireguard_uapi(peer('9', "") + peer('1', "") + peer('5', "") + "errno=0\n\n");
  ASSERT_TRUE(state.ok());
  ASSERT_EQ(state->peers.size(), 3U);
  EXPECT_EQ(state->peers[0].public_key, *wireguard_key_of_hex(key('1')));
  EXPECT_EQ(state->peers[2].public_key, *wireguard_key_of_hex(key('9')));
}

TEST(WireguardUapi, SaysWhatIsWrongWithoutAnyValue) {
  struct Case {
    const char* name;
    std::string reply;
    ErrorKind kind;
  };
  const std::string secret = key('d');
  const Case cases[] = {
      {"empty", "", ErrorKind::malformed},
      {"closed without errno", "private_key=" + secret + "\nlisten_port=1\n", ErrorKind::malformed},
      {"cut in a line", "private_key=" + secret, ErrorKind::malformed},
      {"no equals sign", secret + "\nerrno=0\n\n", ErrorKind::malformed},
      {"empty line before errno", "private_key=" + secret + "\n\nerrno=0\n\n", ErrorKind::malformed},
      {"refused", "errno=-22\n\n", ErrorKind::unavailable},
      {"errno is no number", "errno=" + secret + "\n\n", ErrorKind::malformed},
      {"port too large", "listen_port=65536\nerrno=0\n\n", ErrorKind::malformed},
      {"negative count", peer('1', "rx_bytes=-1\n") + "errno=0\n\n", ErrorKind::malformed},
      {"count too large", peer('1', "tx_bytes=9223372036854775808\n") + "errno=0\n\n", ErrorKind::malformed},
      {"short key", "public_key=" + secret.substr(1) + "\nerrno=0\n\n", ErrorKind::malformed},
      {"value before a peer", "endpoint=" + secret + "\nerrno=0\n\n", ErrorKind::malformed},
      {"escape in an address", peer('1', "endpoint=\x1b[2J\n") + "errno=0\n\n", ErrorKind::malformed},
      {"comma in a network", peer('1', "allowed_ip=10.0.0.1/32,0.0.0.0/0\n") + "errno=0\n\n", ErrorKind::malformed},
      {"long address", peer('1', "endpoint=" + std::string(81, '1') + "\n") + "errno=0\n\n", ErrorKind::malformed},
  };
  for (const auto& one : cases) {
    const auto state = wireguard_uapi(one.reply);
    ASSERT_FALSE(state.ok()) << one.name;
    EXPECT_EQ(state.error().kind, one.kind) << one.name;
    EXPECT_EQ(to_string(state.error()).find(secret.substr(1)), std::string::npos) << one.name;
  }
}

TEST(WireguardUapi, BoundsThePeers) {
  std::string reply;
  for (std::size_t i = 0; i < limits::kListItems; ++i) reply += peer('1', "");
  EXPECT_TRUE(wireguard_uapi(reply + "errno=0\n\n").ok());
  reply += peer('1', "");
  EXPECT_EQ(wireguard_uapi(reply + "errno=0\n\n").error().kind, ErrorKind::too_large);
}

}  // namespace
}  // namespace fleetwatch::parse
