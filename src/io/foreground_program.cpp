#include "io/foreground_program.hpp"

#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <utility>

#include "io/os_error.hpp"

namespace fleetwatch::io {

namespace asio = boost::asio;

namespace {

// Of our own signal settings it inherits none: what we ignore or catch is its own to decide.
int spawn(pid_t& pid, std::vector<char*>& arguments) {
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  sigset_t none;
  sigset_t all;
  ::sigemptyset(&none);
  ::sigfillset(&all);
  ::sigdelset(&all, SIGHUP);  // ignored (nohup) is meant for the program
  ::posix_spawnattr_setsigmask(&attributes, &none);
  ::posix_spawnattr_setsigdefault(&attributes, &all);
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int problem = ::posix_spawnp(&pid, arguments.front(), nullptr, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  return problem;
}

}  // namespace

Result<ForegroundProgram> ForegroundProgram::start(const std::vector<std::string>& arguments) {
  std::vector<std::string> kept = arguments;
  std::vector<char*> pointers;
  pointers.reserve(kept.size() + 1);
  for (auto& argument : kept) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t pid = 0;
  if (const int problem = spawn(pid, pointers); problem != 0) return os_error(problem, arguments.front());
  Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd.is_open()) {
    const int problem = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return os_error(problem, arguments.front());
  }
  return ForegroundProgram(pid, std::move(pidfd));
}

asio::awaitable<int> ForegroundProgram::wait() {
  const auto executor = co_await asio::this_coro::executor;
  asio::posix::stream_descriptor end(executor, ::dup(pidfd_.number()));
  boost::system::error_code ignored;
  co_await end.async_wait(asio::posix::stream_descriptor::wait_read,
                          asio::redirect_error(asio::use_awaitable, ignored));
  siginfo_t info{};
  ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED);
  pidfd_ = Descriptor();
  co_return info.si_code == CLD_EXITED ? info.si_status : 1;
}

void ForegroundProgram::signal(int number) const {
  if (pidfd_.is_open()) ::syscall(SYS_pidfd_send_signal, pidfd_.number(), number, nullptr, 0);
}

}  // namespace fleetwatch::io
