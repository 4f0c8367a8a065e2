#include "parse/jetstream.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fleetwatch::parse;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(parse_stream_info(text));
  static_cast<void>(parse_publish_ack(text));
  static_cast<void>(parse_purge_answer(text));
  static_cast<void>(parse_stored_message(text));
  static_cast<void>(parse_stream_names(text));
  static_cast<void>(parse_headers(text));
  return 0;
}
