#include "parse/mountinfo.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  namespace parse = fleetwatch::parse;
  for (const auto& mount : parse::mountinfo(text)) (void)parse::may_hang(mount.type);
  (void)parse::mount_of(parse::mountinfo(text), "/opt/orama");
  return 0;
}
