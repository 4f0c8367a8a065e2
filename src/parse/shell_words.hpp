// A command line as a shell splits it: blanks, quotes and backslashes; no variables, no patterns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::parse {

// Error: input (a quote that is not closed, a backslash at the end).
Result<std::vector<std::string>> shell_words(std::string_view line);

}  // namespace fleetwatch::parse
