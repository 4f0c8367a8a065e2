#include "parse/resp.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  fleetwatch::parse::RespScanner scanner;
  bool complete = false;
  for (std::size_t length = 0; length <= size && !complete; ++length)
    complete = scanner.complete(text.substr(0, length));
  // What the scanner waits for can only be an answer that does not end here.
  if (fleetwatch::parse::decode_resp(text).ok() && !complete) __builtin_trap();
  return 0;
}
