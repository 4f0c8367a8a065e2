#include "parse/nkey.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::nkey_user_seed(text));
  static_cast<void>(fleetwatch::parse::choria_seed(text));
  static_cast<void>(fleetwatch::parse::choria_caller_id(text));
  return 0;
}
