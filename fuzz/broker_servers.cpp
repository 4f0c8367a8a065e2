#include "parse/broker_servers.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::broker_servers(text));
  static_cast<void>(fleetwatch::parse::discovered_server(text, {}));
  return 0;
}
