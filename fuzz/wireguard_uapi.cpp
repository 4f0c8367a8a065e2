#include "parse/wireguard_uapi.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view reply(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::wireguard_uapi(reply));
  return 0;
}
