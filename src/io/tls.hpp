// TLS handshakes with servers on this machine, for the sake of their certificates.
#pragma once

#include <memory>

#include "outside/tls.hpp"

namespace boost::asio::ssl {
class context;
}

namespace fleetwatch::io {

class LoopbackTls final : public outside::Tls {
 public:
  LoopbackTls();
  LoopbackTls(const LoopbackTls&) = delete;
  LoopbackTls& operator=(const LoopbackTls&) = delete;
  ~LoopbackTls() override;

  outside::Answer<outside::Certificate> certificate(std::uint16_t port, std::string server_name,
                                                    Deadline deadline) override;

 private:
  boost::asio::ssl::context& context();

  std::unique_ptr<boost::asio::ssl::context> context_;  // made on first use: most nodes never need it
};

}  // namespace fleetwatch::io
