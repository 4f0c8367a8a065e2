#include "base/utf8.hpp"

#include <array>

namespace fleetwatch {

CodePoint decode_utf8(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[at + i]); };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return {first, 1, true};
  std::size_t length = 0;
  if ((first & 0xE0U) == 0xC0U) length = 2;
  if ((first & 0xF0U) == 0xE0U) length = 3;
  if ((first & 0xF8U) == 0xF0U) length = 4;
  if (length == 0 || at + length > text.size()) return {first, 1, false};
  std::uint32_t value = first & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {first, 1, false};
    value = (value << 6U) | (byte(i) & 0x3FU);
  }
  constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kSmallest[length] || value > 0x10FFFF || surrogate) return {first, 1, false};
  return {value, length, true};
}

std::string repair_utf8(std::string_view text) {
  std::string repaired;
  repaired.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    repaired += point.valid ? text.substr(at, point.bytes) : std::string_view("\xEF\xBF\xBD");
    at += point.bytes;
  }
  return repaired;
}

}  // namespace fleetwatch
