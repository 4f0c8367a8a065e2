#include "parse/anon.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::parse_anonrc(text));
  static_cast<void>(fleetwatch::parse::last_bootstrap_percent(text));
  static_cast<void>(fleetwatch::parse::parse_anon_fingerprint(text));
  return 0;
}
