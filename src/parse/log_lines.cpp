#include "parse/log_lines.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::array<std::string_view, 6> kPanicWords = {"panic",     "panics", "panicked",
                                                         "panicking", "fatal",  "fatally"};

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

}  // namespace

bool tells_oom_kill(std::string_view kernel_message) {
  return contains_ignoring_case(kernel_message, "out of memory") &&
         (contains_ignoring_case(kernel_message, "killed process") ||
          contains_ignoring_case(kernel_message, "kill process"));
}

bool tells_panic(std::string_view message) {
  if (!contains_ignoring_case(message, "panic") && !contains_ignoring_case(message, "fatal")) return false;
  const auto text = lower(message);
  const std::string_view view = text;
  for (std::size_t from = 0; from < view.size();) {
    const auto to = static_cast<std::size_t>(
        std::find_if_not(view.begin() + static_cast<std::ptrdiff_t>(from), view.end(), is_word_char) - view.begin());
    const auto word = view.substr(from, to - from);
    const bool known = std::find(kPanicWords.begin(), kPanicWords.end(), word) != kPanicWords.end();
    if (known && !view.substr(0, from).ends_with("non-")) return true;
    from = to + 1;
  }
  return false;
}

}  // namespace fleetwatch::parse
