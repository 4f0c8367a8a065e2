#include "parse/inventory.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto inventory =
      fleetwatch::parse::parse_inventory({reinterpret_cast<const char*>(data), size}, "remote-nodes.conf");
  if (!inventory) return 0;
  for (const auto& node : inventory.value().nodes) {
    if (node.host.empty() || node.host.front() == '-' || node.user.starts_with('-')) __builtin_trap();
    if (node.role != "node" && !node.is_nameserver()) __builtin_trap();
  }
  return 0;
}
