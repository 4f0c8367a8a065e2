#include "parse/connz.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::parse_connz(text));
  static_cast<void>(fleetwatch::parse::broker_name(text));
  return 0;
}
