#include "parse/ufw.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  namespace parse = fleetwatch::parse;
  (void)parse::ufw_enabled(text);
  (void)parse::ufw_uses_ipv6(text);
  (void)parse::ufw_status_lines(parse::ufw_rules(text, size % 2 == 0));
  return 0;
}
