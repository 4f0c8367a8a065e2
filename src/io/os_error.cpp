#include "io/os_error.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

namespace fleetwatch::io {

namespace {

ErrorKind kind_of(int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
      return ErrorKind::denied;
    case ENOENT:
    case ENOTDIR:
    case ESRCH:
      return ErrorKind::not_found;
    case ETIMEDOUT:
    case EAGAIN:
      return ErrorKind::timeout;
    default:
      return ErrorKind::unavailable;
  }
}

}  // namespace

Error os_error(int error_number, std::string where) {
  return Error{kind_of(error_number), std::generic_category().message(error_number), std::move(where)};
}

}  // namespace fleetwatch::io
