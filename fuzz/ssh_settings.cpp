#include "parse/ssh_settings.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto settings = fleetwatch::parse::parse_ssh_settings({reinterpret_cast<const char*>(data), size});
  if (settings.way() == "none") __builtin_trap();
  return 0;
}
