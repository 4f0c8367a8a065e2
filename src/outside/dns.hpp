// DNS queries to the server on this machine, 127.0.0.1:53.
#pragma once

#include <cstddef>
#include <string>

#include "outside/answer.hpp"

namespace fleetwatch::outside {

enum class DnsType { a = 1, ns = 2, soa = 6 };

struct DnsAnswer {
  int reply_code = 0;       // 0 is NOERROR
  std::size_t answers = 0;  // records of the asked type in the answer section
};

class Dns {
 public:
  virtual ~Dns() = default;
  // Errors: timeout, unavailable (nobody listens), malformed.
  virtual Answer<DnsAnswer> query(std::string name, DnsType type, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
