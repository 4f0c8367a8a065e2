#include "parse/dns_message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint16_t kTypeA = 1;
  static_cast<void>(fleetwatch::parse::dns_reply({data, size}, kTypeA));
  return 0;
}
