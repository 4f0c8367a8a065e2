#include "parse/proc.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  namespace parse = fleetwatch::parse;
  (void)parse::uptime_seconds(text);
  (void)parse::boot_unix_seconds(text);
  (void)parse::load_averages(text);
  (void)parse::allowed_cpus(text);
  (void)parse::oom_kills_since_boot(text);
  (void)parse::page_bytes(text);
  (void)parse::tells_container(text);
  return 0;
}
