#include "parse/log_lines.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  namespace parse = fleetwatch::parse;
  (void)parse::tells_oom_kill(text);
  (void)parse::tells_panic(text);
  (void)parse::tells_error(text);
  return 0;
}
