// The certificate that a local TLS server shows for a name.
#pragma once

#include <cstdint>
#include <string>

#include "outside/answer.hpp"

namespace fleetwatch::outside {

struct Certificate {
  std::int64_t not_after_unix_sec = 0;
};

class Tls {
 public:
  virtual ~Tls() = default;
  // Handshake with 127.0.0.1:port and this server name; the certificate is read, not judged.
  // Errors: unavailable, timeout, malformed.
  virtual Answer<Certificate> certificate(std::uint16_t port, std::string server_name, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
