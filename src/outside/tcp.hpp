// One question over plain TCP to a service on this machine (olric's RESP).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "outside/answer.hpp"

namespace fleetwatch::outside {

struct TcpQuestion {
  std::string address;  // numeric
  std::uint16_t port = 0;
  std::string request;
  std::size_t limit_bytes = 0;
  std::function<bool(std::string_view)> is_complete;  // of all bytes so far
};

class Tcp {
 public:
  virtual ~Tcp() = default;
  // All bytes until is_complete. Errors: unavailable, timeout, too_large, malformed (closed before complete).
  virtual Answer<std::string> ask(TcpQuestion question, Deadline deadline) = 0;
};

}  // namespace fleetwatch::outside
