#include "cli/console.hpp"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "base/terminal_text.hpp"

namespace fleetwatch::cli {

namespace {

// 0, or the errno of the write that failed.
int write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EAGAIN) {  // somebody made it non-blocking, perhaps the other end of a terminal
      pollfd room{descriptor, POLLOUT, 0};
      ::poll(&room, 1, -1);
      continue;
    }
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// A pipe that says it has room takes so much without waiting.
void say_if_there_is_room(std::string_view line) {
  pollfd room{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&room, 1, 0) != 1 || (room.revents & POLLOUT) == 0) return;
  const auto text = std::string(line.substr(0, PIPE_BUF - 1)) + "\n";
  // Nobody to tell that it cannot be written, or only in part.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

ExitStatus write_out(std::string_view bytes) { return write_more(bytes).value_or(ExitStatus::done); }

std::optional<ExitStatus> write_more(std::string_view bytes) {
  const int code = write_all(STDOUT_FILENO, bytes);
  if (code == 0) return std::nullopt;
  if (code == EPIPE) return ExitStatus::done;
  return fail({ErrorKind::output, std::strerror(code), "standard output"});
}

void say(std::string_view line, WhenFull full) {
  if (full == WhenFull::drop) return say_if_there_is_room(line);
  // Nobody to tell when standard error itself cannot be written.
  static_cast<void>(write_all(STDERR_FILENO, std::string(line) + "\n"));
}

ExitStatus fail(const Error& error, WhenFull full) {
  say("fleetwatch: " + terminal_safe(to_string(error)), full);
  if (!error.help.empty()) say("  " + terminal_safe(error.help), full);
  return status_of(error.kind);
}

void leave(ExitStatus status) {
  ::close(STDOUT_FILENO);
  ::close(STDERR_FILENO);
  ::_exit(static_cast<int>(status));
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) == 1; }

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  return is_terminal(STDOUT_FILENO) && terminal != nullptr && std::string_view(terminal) != "dumb";
}

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

}  // namespace fleetwatch::cli
