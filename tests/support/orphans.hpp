// Programs that a test's programs left behind become children of the test, which can then wait for their end.
#pragma once

#include <sys/prctl.h>
#include <sys/wait.h>

#include <cerrno>

namespace fleetwatch::test {

class Orphans {
 public:
  Orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 1); }
  Orphans(const Orphans&) = delete;
  Orphans& operator=(const Orphans&) = delete;
  ~Orphans() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }

  // Returns when all children have ended; a child that lives on lets the test run into its time limit.
  static bool all_gone() {
    while (::waitpid(-1, nullptr, 0) > 0) {
    }
    return errno == ECHILD;
  }
};

}  // namespace fleetwatch::test
