#include "cli/exit_status.hpp"

namespace fleetwatch::cli {

ExitStatus status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return ExitStatus::usage;
    case ErrorKind::malformed:
    case ErrorKind::too_large:
    case ErrorKind::input:
      return ExitStatus::bad_data;
    case ErrorKind::not_found:
    case ErrorKind::denied:
      return ExitStatus::no_input;
    case ErrorKind::unavailable:
      return ExitStatus::unavailable;
    case ErrorKind::crashed:
      return ExitStatus::bug;
    case ErrorKind::output:
      return ExitStatus::output;
    case ErrorKind::timeout:
      return ExitStatus::failed;
  }
  return ExitStatus::failed;
}

}  // namespace fleetwatch::cli
