#include "view/text.hpp"

#include <string_view>

namespace fleetwatch::view {

namespace {

// The nearest of the 16 colours to #00ff00, #ff0000, #ffff00, #888888 and #ffffff: every terminal knows them, and the
// user's own palette keeps them readable.
std::string_view attributes(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::good:
      return "92";
    case Style::bad:
      return "91";
    case Style::warn:
      return "93";
    case Style::muted:
      return "90";
    case Style::header:
      return "1;97";
    case Style::bold:
      return "1";
  }
  return "";
}

}  // namespace

std::string to_text(const Document& document, bool colour) {
  std::string text;
  for (const Line& line : document.lines) {
    for (const Span& span : line) {
      const auto codes = colour ? attributes(span.style()) : std::string_view{};
      if (codes.empty()) {
        text += span.text();
      } else {
        text.append("\x1b[").append(codes).append("m").append(span.text()).append("\x1b[0m");
      }
    }
    text += '\n';
  }
  return text;
}

}  // namespace fleetwatch::view
