// From then on this process cannot start programs: what a report promises to the machine it runs on.
#pragma once

#include "base/result.hpp"

namespace fleetwatch::io {

// No new privileges, and a seccomp filter for all threads of this process, for good: execve and new processes fail with
// EPERM, threads can still be made. Errors: unavailable (the kernel has no seccomp), denied.
Result<void> forbid_programs();

}  // namespace fleetwatch::io
