#include "base/redact.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLongest = 10;  // "[redacted]" for one character
  const auto shown = fleetwatch::redact({reinterpret_cast<const char*>(data), size});
  if (shown.size() > kLongest * size) std::abort();
  return 0;
}
