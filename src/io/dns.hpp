// DNS queries to this machine's own server, over UDP, and over TCP when the reply is cut.
#pragma once

#include <cstdint>

#include "outside/dns.hpp"

namespace fleetwatch::io {

inline constexpr std::uint16_t kDnsPort = 53;

class LocalDns final : public outside::Dns {
 public:
  explicit LocalDns(std::uint16_t port = kDnsPort) : port_(port) {}

  outside::Answer<outside::DnsAnswer> query(std::string name, outside::DnsType type, Deadline deadline) override;

 private:
  std::uint16_t port_;
};

}  // namespace fleetwatch::io
