// The documented exit statuses: the same table for every command.
#pragma once

#include "base/result.hpp"

namespace fleetwatch::cli {

enum class ExitStatus {
  done = 0,       // whatever the health
  failed = 1,     // any other error; with --exit-code: warnings
  critical = 2,   // only with --exit-code
  unreached = 3,  // only with --exit-code: no node answered
  usage = 64,
  bad_data = 65,
  no_input = 66,
  unavailable = 69,
  bug = 70,
  output = 74,
};

ExitStatus status_of(ErrorKind kind);

}  // namespace fleetwatch::cli
