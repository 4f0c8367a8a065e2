#include "parse/recording.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(fleetwatch::parse::recording_header(text));
  fleetwatch::parse::JsonReader reader;
  for (const auto line : fleetwatch::lines(text)) {
    const auto recorded = fleetwatch::parse::recorded_line(reader, line);
    if (recorded) static_cast<void>(recorded->answer.items());
  }
  return 0;
}
