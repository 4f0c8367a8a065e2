// How many columns of a terminal a character takes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fleetwatch {

// 0 for what combines with the character before it, 2 for wide East Asian characters and emoji, else 1. A sequence
// that some terminals draw as one emoji counts as its parts, as most terminals lay it out. By Unicode 14.
std::size_t character_width(std::uint32_t code_point);

}  // namespace fleetwatch
