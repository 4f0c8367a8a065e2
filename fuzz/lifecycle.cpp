#include "parse/lifecycle.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fleetwatch::parse::LifecycleDecoder decoder;
  static_cast<void>(decoder.decode(std::string_view(reinterpret_cast<const char*>(data), size)));
  return 0;
}
