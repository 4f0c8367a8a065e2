#include "parse/tcp_counters.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  namespace parse = fleetwatch::parse;
  (void)parse::tcp_counters(text);
  (void)parse::tcp_time_wait(text);
  const auto samples = parse::tcp_samples(text);
  if (parse::tcp_samples(parse::to_text(samples)) != samples) __builtin_trap();
  return 0;
}
