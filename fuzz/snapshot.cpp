#include "codec/snapshot.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fleetwatch::codec;
  const auto snapshot = read_snapshot({reinterpret_cast<const char*>(data), size});
  if (snapshot && !read_snapshot(write_snapshot(*snapshot))) std::abort();
  return 0;
}
