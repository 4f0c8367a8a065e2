// Foreign text inside a message for people.
#pragma once

#include <string>
#include <string_view>

namespace fleetwatch::parse {

// One line, at most limits::kMessageBytes of the text, "..." when cut, safe for a terminal.
std::string message_excerpt(std::string_view text);

}  // namespace fleetwatch::parse
