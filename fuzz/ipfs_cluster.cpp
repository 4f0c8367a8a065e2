#include "parse/ipfs_cluster.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::parse_cluster_id(text));
  static_cast<void>(fleetwatch::parse::parse_cluster_version(text));
  const auto peers = fleetwatch::parse::parse_cluster_peers(text, size % 2 == 0);
  if (peers) static_cast<void>(fleetwatch::parse::count_cluster_errors(peers.value(), {"a"}));
  return 0;
}
