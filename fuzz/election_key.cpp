#include "parse/election_key.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::check_election_key(text));
  static_cast<void>(fleetwatch::parse::check_bucket_name(text));
  static_cast<void>(fleetwatch::parse::check_api_prefix(text));
  return 0;
}
