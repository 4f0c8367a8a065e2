#include "parse/process_stat.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  namespace parse = fleetwatch::parse;
  (void)parse::process_stat(text);
  (void)parse::in_service(parse::control_group(text), text.substr(0, size / 2));
  return 0;
}
