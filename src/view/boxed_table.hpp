// A table in a box with a title, as the reference's commands draw them.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace fleetwatch::view {

struct BoxedTable {
  std::string title;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  // as many cells as the header has
  std::vector<std::string> footer;             // empty: none
  std::vector<std::size_t> right_aligned;      // columns whose cells, but not their title, stand at the right
};

// Lines that end with a line feed. Whatever the cells hold is harmless for a terminal.
std::string to_text(const BoxedTable& table);

}  // namespace fleetwatch::view
