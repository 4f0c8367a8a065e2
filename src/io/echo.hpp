// ICMP echoes over a raw socket, or a ping socket where raw ones are not allowed.
#pragma once

#include "outside/echo.hpp"

namespace fleetwatch::io {

class IcmpEcho final : public outside::Echo {
 public:
  outside::Answer<bool> reachable(std::string ipv4_address, Deadline deadline) override;
};

}  // namespace fleetwatch::io
