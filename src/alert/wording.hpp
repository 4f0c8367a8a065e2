// Words from other machines inside our sentences: harmless for a terminal and bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"

namespace fleetwatch::alert {

// One line, terminal-safe, at most `max_bytes` bytes plus an ellipsis.
std::string foreign(std::string_view text, std::size_t max_bytes = limits::kMessageBytes);

// "a, b, c and 7 more": at most `shown` names, already safe ones.
std::string name_list(const std::vector<std::string>& names, std::size_t shown = 5);

// What may stand in a command that somebody copies to a shell: letters, digits and @._:/+=- (not at the begin).
bool is_plain_word(std::string_view text);

}  // namespace fleetwatch::alert
