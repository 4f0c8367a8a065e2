#include "parse/kubo.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::parse_kubo_swarm_peers(text));
  static_cast<void>(fleetwatch::parse::parse_kubo_repo_stat(text));
  static_cast<void>(fleetwatch::parse::parse_kubo_version(text));
  static_cast<void>(fleetwatch::parse::parse_kubo_bootstrap_is_empty(text));
  return 0;
}
