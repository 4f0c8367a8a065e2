// errno as an Error, the same way in every adapter.
#pragma once

#include <string>

#include "base/result.hpp"

namespace fleetwatch::io {

// EACCES and EPERM are `denied`; ENOENT, ENOTDIR and ESRCH (a process that is gone) are `not_found`; ETIMEDOUT and
// EAGAIN are `timeout`; everything else is `unavailable`. `what` is the system's text for it.
Error os_error(int error_number, std::string where);

}  // namespace fleetwatch::io
