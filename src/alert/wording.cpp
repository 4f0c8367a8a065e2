#include "alert/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/terminal_text.hpp"
#include "base/text.hpp"

namespace fleetwatch::alert {

namespace {

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

}  // namespace

std::string foreign(std::string_view text, std::size_t max_bytes) {
  // Escapes only make text longer, so one byte more than the limit is enough to see that it must be cut; the three
  // after it keep a character whole.
  std::string safe = terminal_safe(text.substr(0, max_bytes + 4));
  if (safe.size() <= max_bytes) return safe;
  std::size_t end = max_bytes;
  while (end > 0 && continues_character(safe[end])) --end;
  return safe.substr(0, end) + "…";
}

std::string name_list(const std::vector<std::string>& names, std::size_t shown) {
  if (names.size() <= shown) return join(names, ", ");
  const auto end = names.begin() + static_cast<std::ptrdiff_t>(shown);
  return fmt::format("{} and {} more", join({names.begin(), end}, ", "), names.size() - shown);
}

bool is_plain_word(std::string_view text) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@._:/+=-";
  return !text.empty() && text.size() <= limits::kMessageBytes && text.front() != '-' &&
         text.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace fleetwatch::alert
