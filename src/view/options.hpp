// How a one-shot view is shown.
#pragma once

#include <cstddef>

namespace fleetwatch::view {

struct Options {
  bool flat = false;      // list effects beside their causes instead of folding them under these
  bool fold = false;      // rows of a table that are equal but for their node become one: n[03-17]
  std::size_t width = 0;  // columns of the terminal; 0: not a terminal, lines may be of any length
};

}  // namespace fleetwatch::view
