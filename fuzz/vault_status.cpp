#include "parse/vault_status.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::parse_vault_status(text));
  static_cast<void>(fleetwatch::parse::parse_vault_health(text));
  return 0;
}
