// The program's own standard streams: data on stdout, everything else on stderr.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "cli/exit_status.hpp"

namespace fleetwatch::cli {

// All bytes to standard output. A reader that went away (closed pipe) ends the program quietly: done. Other trouble is
// reported and gives `output`.
ExitStatus write_out(std::string_view bytes);

// The same for output that goes on: nothing when all was written, else the status to end with.
std::optional<ExitStatus> write_more(std::string_view bytes);

// What becomes of words when nobody reads standard error: a command waits, since they are its result; who keeps
// something up meanwhile does not.
enum class WhenFull { wait, drop };

// One line of diagnosis on standard error.
void say(std::string_view line, WhenFull full = WhenFull::wait);

// "fleetwatch: where: what" and, on a line of its own, what to do; returns the status that belongs to it.
ExitStatus fail(const Error& error, WhenFull full = WhenFull::wait);

// Ends the process at once: what probes have left open (a stuck disk, an unanswered question) ends with it. The outputs
// are closed first, so that a reader sees their end even while the kernel still holds a stuck thread.
[[noreturn]] void leave(ExitStatus status);

bool is_terminal(int descriptor);

// Colour is for terminals, and not where NO_COLOR is set or TERM is "dumb".
bool wants_colour();

// Columns of the terminal on standard output; 0 when it is none.
std::size_t terminal_columns();

}  // namespace fleetwatch::cli
