#include "parse/env_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto address = fleetwatch::parse::env_value(text, "HTTP_ADDR");
  if (address) static_cast<void>(fleetwatch::parse::port_of_address(*address));
  return 0;
}
