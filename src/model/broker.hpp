// How a message broker (NATS) is reached and who we are there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/inventory.hpp"

namespace fleetwatch::model {

inline constexpr std::uint16_t kBrokerPort = 4222;

struct BrokerServer {
  bool tls = false;  // tls:// in its URL; a server may demand it as well
  std::string host;  // a name or an address; IPv6 without brackets
  std::uint16_t port = kBrokerPort;
  std::string user = {};  // of this server's URL, over that of the settings
  Secret password = {};
  Secret token = {};
  std::string tls_name = {};  // that its certificate must name; empty: the host
  bool operator==(const BrokerServer&) const = default;
};

// "nats://host:port", without user, password and token.
inline std::string display_url(const BrokerServer& server) {
  const bool ipv6 = server.host.find(':') != std::string::npos;
  return std::string(server.tls ? "tls://" : "nats://") + (ipv6 ? "[" + server.host + "]" : server.host) + ":" +
         std::to_string(server.port);
}

// Files are named, not read: whoever connects reads them anew each time, since tokens and certificates are renewed.
struct BrokerSettings {
  std::vector<BrokerServer> servers;  // in the order they are tried

  bool tls = false;  // even where the URL does not say so
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  bool verify_server = true;  // its certificate, and that it names the host; only looked at with TLS

  std::string user;
  Secret password;
  Secret token;
  std::string credentials_file;  // NATS: a JWT and a seed
  std::string nkey_file;         // NATS: a seed (SU...)

  std::string system_user;  // of the account in which brokers speak of themselves, where that is another one
  Secret system_password;

  std::string choria_token_file;  // a JWT; sent with the broker's nonce, signed with the seed
  std::string choria_seed_file;   // ed25519, 64 hexadecimal digits
  std::string collective = "choria";

  std::string connection_name = "fleetwatch";
  std::string inbox_prefix;  // of reply subjects; empty: as the broker permits (`_INBOX`, or Choria's by the token)
  std::string identity;      // our name among Choria's clients and servers; empty: not configured
  bool operator==(const BrokerSettings&) const = default;
};

}  // namespace fleetwatch::model
