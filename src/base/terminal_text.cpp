#include "base/terminal_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

#include "base/character_width.hpp"
#include "base/utf8.hpp"

namespace fleetwatch {

namespace {

struct Range {
  std::uint32_t first;
  std::uint32_t last;
};

template <std::size_t N>
bool in_ranges(const std::array<Range, N>& ranges, std::uint32_t value) {
  return std::any_of(ranges.begin(), ranges.end(), [&](Range r) { return value >= r.first && value <= r.last; });
}

// Control characters, and what reorders or breaks a line or hides text in it without being one: tags (U+E0000) spell
// whole sentences that people do not see and language models read.
bool harmful(std::uint32_t value) {
  constexpr std::array<Range, 10> kHarmful = {{{0x00, 0x1F},
                                               {0x7F, 0x9F},
                                               {0xAD, 0xAD},
                                               {0x061C, 0x061C},
                                               {0x200B, 0x200F},
                                               {0x2028, 0x202E},
                                               {0x2060, 0x2069},
                                               {0xFEFF, 0xFEFF},
                                               {0xFFF9, 0xFFFB},
                                               {0xE0000, 0xE007F}}};
  return in_ranges(kHarmful, value);
}

}  // namespace

std::string terminal_safe(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    if (!point.valid || (harmful(point.value) && point.value < 0x80)) {
      fmt::format_to(std::back_inserter(safe), "\\x{:02x}", point.value);
    } else if (harmful(point.value) && point.value > 0xFFFF) {
      fmt::format_to(std::back_inserter(safe), "\\U{:08x}", point.value);
    } else if (harmful(point.value)) {
      fmt::format_to(std::back_inserter(safe), "\\u{:04x}", point.value);
    } else {
      safe.append(text.substr(at, point.bytes));
    }
    at += point.bytes;
  }
  return safe;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const CodePoint point = decode_utf8(utf8, at);
    width += character_width(point.value);
    at += point.bytes;
  }
  return width;
}

std::string cut_to_width(std::string_view utf8, std::size_t width) {
  if (display_width(utf8) <= width) return std::string(utf8);
  if (width == 0) return {};
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < utf8.size()) {
    const CodePoint point = decode_utf8(utf8, at);
    if (used + character_width(point.value) > width - 1) break;
    used += character_width(point.value);
    at += point.bytes;
  }
  return std::string(utf8.substr(0, at)) + "…";
}

}  // namespace fleetwatch
