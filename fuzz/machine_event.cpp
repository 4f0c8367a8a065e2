#include "parse/machine_event.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fleetwatch::parse::MachineEventDecoder decoder;
  const std::string_view payload(reinterpret_cast<const char*>(data), size);
  static_cast<void>(decoder.transition(payload));
  static_cast<void>(decoder.exec_watcher(payload));
  return 0;
}
