#include "io/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <csignal>
#include <memory>
#include <utility>

#include "io/descriptor.hpp"
#include "io/os_error.hpp"

namespace fleetwatch::io {

namespace {

namespace asio = boost::asio;
using asio::posix::stream_descriptor;
using boost::system::error_code;

constexpr std::size_t kPieceBytes = std::size_t{64} << 10;  // what a pipe holds
constexpr int kPiecesAfterEnd = 32;                         // more than a pipe can hold, even an enlarged one
constexpr std::chrono::milliseconds kReapPatience{1000};    // a killed program stuck in the kernel is left to init

// Owns a started program: kills its group and reaps it. Uses a pidfd that must live as long.
class Child {
 public:
  Child(pid_t pid, int pidfd) : pid_(pid), pidfd_(pidfd) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    kill_group();
    pollfd end{pidfd_, POLLIN, 0};
    if (!reaped_ && ::poll(&end, 1, static_cast<int>(kReapPatience.count())) > 0) reap();
  }

  // Until the program is reaped its number names no other group.
  void kill_group() const {
    if (!reaped_) ::kill(-pid_, SIGKILL);
  }

  bool has_ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
  }

  // After its end: what is left of its group goes first, while the group's number cannot be given away.
  void reap() {
    if (reaped_ || !has_ended()) return;
    kill_group();
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG);
    reaped_ = true;
    if (info.si_code == CLD_EXITED) exit_status_ = info.si_status;
  }
  bool reaped() const { return reaped_; }
  std::optional<int> exit_status() const { return exit_status_; }

 private:
  pid_t pid_;
  int pidfd_;
  bool reaped_ = false;
  std::optional<int> exit_status_;
};

struct Pipe {
  Descriptor read;
  Descriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return os_error(errno, "pipe");
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<std::string> environment_for(const ProgramCall& call) {
  const auto name_of = [](std::string_view variable) { return variable.substr(0, variable.find('=')); };
  auto variables = call.environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const auto name = name_of(*variable);
    const bool replaced = std::any_of(call.environment.begin(), call.environment.end(),
                                      [&](const auto& own) { return name_of(own) == name; });
    const bool removed = std::find(call.removed.begin(), call.removed.end(), name) != call.removed.end();
    if (!replaced && !removed) variables.emplace_back(*variable);
  }
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (auto& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The settings of posix_spawn, which works without copying the caller's memory.
class SpawnSettings {
 public:
  SpawnSettings(const Descriptor& standard_input, int standard_output, int standard_error) {
    posix_spawn_file_actions_init(&files_);
    if (standard_input.is_open()) {
      posix_spawn_file_actions_adddup2(&files_, standard_input.number(), STDIN_FILENO);
    } else {
      posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    posix_spawn_file_actions_adddup2(&files_, standard_output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, standard_error, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    posix_spawnattr_init(&attributes_);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    // A session is a group too, and more: without a terminal no helper can ask a question or be stopped for trying, and
    // the kernel's scheduler gives each session its own share where a group would share one with all of ours.
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }
  const posix_spawn_file_actions_t* files() const { return &files_; }
  const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

struct Started {
  Descriptor pidfd;
  std::unique_ptr<Child> child;
  Descriptor output;
  Descriptor error;
};

Result<Started> start(ProgramCall call) {
  auto output = make_pipe();
  if (!output) return output.error();
  auto error = make_pipe();
  if (!error) return error.error();
  auto variables = environment_for(call);
  const auto environment = pointers_to(variables);
  const auto arguments = pointers_to(call.arguments);
  const SpawnSettings settings(call.input, output->write.number(), error->write.number());
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, arguments.front(), settings.files(), settings.attributes(), arguments.data(),
                                    environment.data());
  if (failed != 0) return os_error(failed, call.arguments.front());
  Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  const int pidfd_error = errno;
  auto child = std::make_unique<Child>(pid, pidfd.number());
  if (!pidfd.is_open()) return os_error(pidfd_error, "pidfd_open");
  return Started{std::move(pidfd), std::move(child), std::move(output->read), std::move(error->read)};
}

// One running program. Its operations are callbacks, since three of them run at once; they wake the one coroutine that
// waits for the end. A stream is read only when it has bytes, into room on the stack, so that a slow program holds no
// buffer.
class Run : public std::enable_shared_from_this<Run> {
 public:
  Run(const asio::any_io_executor& executor, Started started, Deadline deadline, OutputConsumer consume)
      : pidfd_(executor, started.pidfd.release()),
        child_(std::move(started.child)),
        output_(executor, started.output.release()),
        error_(executor, started.error.release()),
        wake_(executor, deadline),
        consume_(std::move(consume)) {}

  void begin() {
    output_.non_blocking(true);
    error_.non_blocking(true);
    await(output_, &Run::take_output);
    await(error_, &Run::take_error);
    await(pidfd_, &Run::take_end);
  }

  // Expires at the deadline; cancelled when the program is not wanted any more, and again when it is reaped.
  asio::steady_timer& wake() { return wake_; }
  bool gone() const { return child_->reaped(); }
  ProgramEnd& result() { return result_; }

  // No bytes are wanted any more: the group is killed.
  void finish(ProgramEnd::Cause cause) {
    if (finished_) return;
    finished_ = true;
    result_.cause = cause;
    child_->kill_group();
    close(output_);
    close(error_);
    wake_.cancel();
  }

  // Also reaps, waiting for it if it must; no callback does anything after this.
  void abandon() {
    finish(ProgramEnd::Cause::killed);
    child_.reset();
    close(pidfd_);
  }

 private:
  using Piece = std::array<char, kPieceBytes>;

  static void close(stream_descriptor& descriptor) {
    error_code ignored;
    descriptor.close(ignored);
  }

  // `take` says whether to go on.
  void await(stream_descriptor& from, bool (Run::*take)()) {
    from.async_wait(stream_descriptor::wait_read, [self = shared_from_this(), &from, take](error_code failed) {
      if (!failed && self->child_ && (self.get()->*take)()) self->await(from, take);
    });
  }

  // One piece; the number of bytes, 0 when there is none now, or nothing at the end of the stream.
  static std::optional<std::size_t> read_piece(stream_descriptor& from, Piece& piece) {
    error_code failed;
    const auto size = from.read_some(asio::buffer(piece), failed);
    if (failed == asio::error::would_block || failed == asio::error::interrupted) return 0;
    if (failed || size == 0) return std::nullopt;
    return size;
  }

  bool take_output() {
    if (finished_) return false;
    Piece piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the read
    const auto size = read_piece(output_, piece);
    if (!size) return false;
    if (*size == 0 || consume_(std::string_view(piece.data(), *size))) return true;
    finish(ProgramEnd::Cause::enough);
    return false;
  }

  bool take_error() {
    if (finished_) return false;
    Piece piece;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the read
    const auto size = read_piece(error_, piece);
    if (!size) return false;
    auto& kept = result_.standard_error;
    kept.append(piece.data(), std::min(*size, limits::kDiagnosisBytes - kept.size()));
    return true;
  }

  // What the program wrote before its end is still in the pipes. Their own end is not waited for: a helper that
  // outlives the program, such as a shared ssh connection, may hold them open.
  bool take_end() {
    if (!child_->has_ended()) return true;
    for (int pieces = 0; pieces < kPiecesAfterEnd && has_bytes(output_) && take_output();) ++pieces;
    for (int pieces = 0; pieces < kPiecesAfterEnd && has_bytes(error_) && take_error();) ++pieces;
    child_->reap();
    if (!finished_) {
      result_.exit_status = child_->exit_status();
      finish(result_.exit_status ? ProgramEnd::Cause::exited : ProgramEnd::Cause::killed);
    }
    wake_.cancel();
    return false;
  }

  static bool has_bytes(stream_descriptor& from) {
    pollfd state{from.native_handle(), POLLIN, 0};
    return ::poll(&state, 1, 0) > 0 && (state.revents & POLLIN) != 0;
  }

  stream_descriptor pidfd_;
  std::unique_ptr<Child> child_;
  stream_descriptor output_;
  stream_descriptor error_;
  asio::steady_timer wake_;
  OutputConsumer consume_;
  ProgramEnd result_;
  bool finished_ = false;
};

// However the coroutine ends, the program does not outlive it.
class Grip {
 public:
  explicit Grip(std::shared_ptr<Run> run) : run_(std::move(run)) {}
  Grip(const Grip&) = delete;
  Grip& operator=(const Grip&) = delete;
  ~Grip() { run_->abandon(); }

 private:
  std::shared_ptr<Run> run_;
};

}  // namespace

outside::Answer<ProgramEnd> run_program(ProgramCall call, Deadline deadline, OutputConsumer consume) {
  const auto executor = co_await asio::this_coro::executor;
  auto started = start(std::move(call));
  if (!started) co_return started.error();
  const auto run = std::make_shared<Run>(executor, std::move(*started), deadline, std::move(consume));
  const Grip grip(run);
  run->begin();
  error_code ignored;
  co_await run->wake().async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  run->finish(ProgramEnd::Cause::deadline);
  if (!run->gone()) {
    run->wake().expires_after(kReapPatience);
    co_await run->wake().async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_return std::move(run->result());
}

}  // namespace fleetwatch::io
