#include "base/result.hpp"

namespace fleetwatch {

std::string_view report_word(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::malformed:
    case ErrorKind::too_large:
    case ErrorKind::input:
      return "malformed";
    case ErrorKind::crashed:
      return "crashed";
    case ErrorKind::unavailable:
    case ErrorKind::not_found:
    case ErrorKind::usage:
    case ErrorKind::output:
      return "unavailable";
  }
  return "unavailable";
}

std::string to_string(const Error& error) { return error.where.empty() ? error.what : error.where + ": " + error.what; }

}  // namespace fleetwatch
