#include "parse/log_lines.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "parse/coredns_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  namespace parse = fleetwatch::parse;
  (void)parse::tells_oom_kill(text);
  (void)parse::tells_panic(text);
  (void)parse::tells_error(text);
  const auto lines = fleetwatch::lines(text);
  (void)parse::count_coredns_errors({lines.begin(), lines.end()});
  return 0;
}
