// A program started by argument vector, read on the event loop, and surely gone afterwards.
//
// It runs in a session of its own, with nothing on standard input unless the caller gives it something. However the
// caller's coroutine ends (end of the program, enough output, deadline, cancellation), the whole group is killed and
// the program reaped: helpers that it started, such as the ssh of a jump host, do not stay behind. No signal handler,
// no polling: its end is awaited through a pidfd. The caller's executor must be run by one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "io/descriptor.hpp"
#include "outside/answer.hpp"

namespace fleetwatch::io {

struct ProgramCall {
  std::vector<std::string> arguments;    // the program first; looked for on PATH when it has no '/'
  std::vector<std::string> environment;  // NAME=value, over the inherited ones
  std::vector<std::string> removed;      // names of inherited variables that the program must not see
  Descriptor input = {};                 // its standard input; closed: nothing to read
};

struct ProgramEnd {
  enum class Cause { exited, killed, enough, deadline };
  Cause cause = Cause::exited;
  std::optional<int> exit_status;  // only when it exited by itself
  std::string standard_error;      // at most limits::kDiagnosisBytes; what came after was read and dropped
};

// Given each piece of standard output; false: nothing more is wanted.
using OutputConsumer = std::function<bool(std::string_view bytes)>;

// Errors (os_error): the program cannot be started. `consume` is never called after the end.
outside::Answer<ProgramEnd> run_program(ProgramCall call, Deadline deadline, OutputConsumer consume);

}  // namespace fleetwatch::io
