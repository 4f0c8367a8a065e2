// Listening sockets of this network namespace, from sock_diag.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::outside {

enum class Transport { tcp, udp };

struct ListeningSocket {
  Transport transport = Transport::tcp;
  std::string address;  // numeric; "0.0.0.0" or "::" for all
  std::uint16_t port = 0;
  std::uint64_t inode = 0;
};

class Sockets {
 public:
  virtual ~Sockets() = default;
  // TCP sockets in LISTEN and unconnected bound UDP sockets, IPv4 and IPv6. Errors: denied, unavailable.
  virtual Result<std::vector<ListeningSocket>> listening() = 0;
};

}  // namespace fleetwatch::outside
