#include "parse/frame.hpp"

#include <cstddef>
#include <cstdint>

#include "parse/ssh_diagnosis.hpp"

// In one piece or byte by byte, a reply is read alike; and every reply has a diagnosis.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using fleetwatch::parse::FrameReader;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  FrameReader whole("ab12", 4096);
  FrameReader pieces("ab12", 4096);
  whole.feed(bytes);
  for (std::size_t i = 0; i < size; ++i) pieces.feed(bytes.substr(i, 1));
  if (whole.state() != pieces.state() || whole.body() != pieces.body()) __builtin_trap();
  (void)fleetwatch::parse::diagnose_ssh({255, bytes, false}, whole);
  return 0;
}
