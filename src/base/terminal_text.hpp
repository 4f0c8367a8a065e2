// Text from other machines, made harmless and measurable for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace fleetwatch {

// Control characters (C0, DEL, C1, also as UTF-8), bidirectional overrides, line and paragraph separators,
// characters without a shape (zero width, soft hyphen, tags) and bytes that are not UTF-8 become visible escapes (\x1b,
// \u202e, \U000e0041); everything else is kept. The result is valid UTF-8, one
// line.
std::string terminal_safe(std::string_view text);

// Columns that safe text takes on a terminal: wide East Asian characters and emoji two, combining marks none.
std::size_t display_width(std::string_view utf8);

// At most `width` columns; cut text ends with "…".
std::string cut_to_width(std::string_view utf8, std::size_t width);

}  // namespace fleetwatch
