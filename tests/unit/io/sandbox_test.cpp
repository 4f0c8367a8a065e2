#include "io/sandbox.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

namespace fleetwatch::io {
namespace {

constexpr int kNoSandbox = 77;

// What `check` gives in a process of its own, after the filter is in place.
int in_sandbox(const std::function<int()>& check) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(forbid_programs().ok() ? check() : kNoSandbox);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

int run_true() {
  char name[] = "/bin/true";
  char* const arguments[] = {name, nullptr};
  char* const environment[] = {nullptr};
  ::execve(name, arguments, environment);
  return errno;
}

TEST(Sandbox, TheFilterCanBePutInPlace) {
  EXPECT_EQ(in_sandbox([] { return 0; }), 0);
}

TEST(Sandbox, ProgramsDoStartWithoutIt) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(run_true());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Sandbox, NoProgramStarts) {
  EXPECT_EQ(in_sandbox(run_true), EPERM);
  EXPECT_EQ(in_sandbox([] {
              char* const nothing[] = {nullptr};
              const long code = ::syscall(SYS_execveat, AT_FDCWD, "/bin/true", nothing, nothing, 0);
              return code < 0 ? errno : 0;
            }),
            EPERM);
}

TEST(Sandbox, NoProcessStarts) {
  EXPECT_EQ(in_sandbox([] {
              const pid_t child = ::fork();
              if (child == 0) ::_exit(0);
              return child < 0 ? errno : 0;
            }),
            EPERM);
  EXPECT_EQ(in_sandbox([] {
              const long code = ::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr);
              if (code == 0) ::_exit(0);
              return code < 0 ? errno : 0;
            }),
            EPERM);
  EXPECT_EQ(in_sandbox([] { return ::syscall(SYS_clone3, nullptr, 0) < 0 ? errno : 0; }), ENOSYS);
}

TEST(Sandbox, ThreadsStillStart) {
  EXPECT_EQ(in_sandbox([] {
              int seen = 0;
              std::thread([&] { seen = 42; }).join();
              return seen;
            }),
            42);
}

TEST(Sandbox, NewPrivilegesAreGone) {
  EXPECT_EQ(in_sandbox([] { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0); }), 1);
}

TEST(Sandbox, HoldsThreadsThatRanBefore) {
  // The filter is put in place by one thread while another one is already there.
  const pid_t child = ::fork();
  if (child == 0) {
    int ready[2] = {-1, -1};
    int code = 0;
    if (::pipe(ready) != 0) ::_exit(kNoSandbox);
    std::thread early([&] {
      char byte = 0;
      if (::read(ready[0], &byte, 1) == 1) code = run_true();
    });
    if (!forbid_programs().ok() || ::write(ready[1], "x", 1) != 1) ::_exit(kNoSandbox);
    early.join();
    ::_exit(code);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), EPERM);
}

}  // namespace
}  // namespace fleetwatch::io
