// What single log lines tell.
#pragma once

#include <string_view>

namespace fleetwatch::parse {

// A kernel message about one process killed for lack of memory; the other lines of the same event do not count.
bool tells_oom_kill(std::string_view kernel_message);

// "panic" or "fatal" in any case, as a word of its own: not "panic_count=0", not "non-fatal".
bool tells_panic(std::string_view message);

// "error" or "err" in any case, as a word of its own: not "transferred", not "NOERROR".
bool tells_error(std::string_view message);

}  // namespace fleetwatch::parse
