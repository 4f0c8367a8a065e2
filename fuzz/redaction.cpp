#include "parse/redaction.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fleetwatch::parse::Redactor redactor;
  static_cast<void>(redactor.text(text));
  static_cast<void>(redactor.environment(text, "container"));
  return 0;
}
