#include "parse/message_excerpt.hpp"

#include "base/limits.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

std::string message_excerpt(std::string_view text) {
  std::string one_line;
  for (const auto line : lines(text)) {
    const auto words_of_line = trim(line);
    if (words_of_line.empty()) continue;
    if (!one_line.empty()) one_line += ' ';
    one_line += words_of_line;
    if (one_line.size() > limits::kMessageBytes) break;
  }
  if (one_line.size() <= limits::kMessageBytes) return terminal_safe(one_line);
  auto to = limits::kMessageBytes;
  const auto continues = [&] { return (static_cast<unsigned char>(one_line[to]) & 0xC0U) == 0x80U; };
  while (to > limits::kMessageBytes - 4 && continues()) --to;
  return terminal_safe(std::string_view(one_line).substr(0, to)) + "...";
}

}  // namespace fleetwatch::parse
