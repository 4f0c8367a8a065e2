// ICMP echo to one IPv4 address.
#pragma once

#include <string>

#include "outside/answer.hpp"

namespace fleetwatch::outside {

class Echo {
 public:
  virtual ~Echo() = default;
  // true when one of up to 3 echoes, 300 ms apart, was answered; false when none was before 1 s or the deadline passed.
  // Errors: denied (neither raw nor ping socket allowed), unavailable, malformed (no IPv4 address).
  virtual Answer<bool> reachable(std::string ipv4_address, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
