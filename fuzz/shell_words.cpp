#include "parse/shell_words.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static_cast<void>(fleetwatch::parse::shell_words({reinterpret_cast<const char*>(data), size}));
  return 0;
}
