// The report reader: whatever it accepts must come back the same after writing.
#include "codec/report.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fleetwatch::codec;
  const auto report = read_report({reinterpret_cast<const char*>(data), size});
  if (!report) return 0;
  const auto again = read_report(write_report(*report, Layout::compact));
  if (!again || write_report(*again, Layout::compact) != write_report(*report, Layout::compact)) std::abort();
  return 0;
}
