#include "parse/icmp_echo.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fleetwatch::parse;
  const IcmpEcho asked{.identifier = 1, .sequence = 3, .token = {}};
  static_cast<void>(is_icmp_echo_reply(ipv4_payload({data, size}), asked));
  return 0;
}
