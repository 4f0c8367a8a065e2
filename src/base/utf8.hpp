// UTF-8, read strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fleetwatch {

struct CodePoint {
  std::uint32_t value = 0;  // the byte itself when it begins no valid sequence
  std::size_t bytes = 1;
  bool valid = false;
};

// The code point that begins at `at`, which is less than the size of `text`.
CodePoint decode_utf8(std::string_view text, std::size_t at);

// The text with U+FFFD in place of each byte that belongs to no valid sequence.
std::string repair_utf8(std::string_view text);

}  // namespace fleetwatch
