#include "parse/log_lines.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::array<std::string_view, 6> kPanicWords = {"panic",     "panics", "panicked",
                                                         "panicking", "fatal",  "fatally"};

constexpr std::array<std::string_view, 3> kErrorWords = {"error", "errors", "err"};

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Whether one of the words stands in the text with no letter, digit or underscore beside it and `unless_after` not
// before it. Text and words are in small letters.
bool has_word(std::string_view text, std::span<const std::string_view> words, std::string_view unless_after = {}) {
  for (std::size_t from = 0; from < text.size();) {
    const auto to = static_cast<std::size_t>(
        std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), is_word_char) - text.begin());
    const auto word = text.substr(from, to - from);
    const bool known = std::find(words.begin(), words.end(), word) != words.end();
    if (known && (unless_after.empty() || !text.substr(0, from).ends_with(unless_after))) return true;
    from = to + 1;
  }
  return false;
}

}  // namespace

bool tells_oom_kill(std::string_view kernel_message) {
  return contains_ignoring_case(kernel_message, "out of memory") &&
         (contains_ignoring_case(kernel_message, "killed process") ||
          contains_ignoring_case(kernel_message, "kill process"));
}

bool tells_panic(std::string_view message) {
  if (!contains_ignoring_case(message, "panic") && !contains_ignoring_case(message, "fatal")) return false;
  return has_word(lower(message), kPanicWords, "non-");
}

bool tells_error(std::string_view message) {
  return contains_ignoring_case(message, "err") && has_word(lower(message), kErrorWords);
}

}  // namespace fleetwatch::parse
