#include "cli/end_signals.hpp"

#include <atomic>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <thread>
#include <utility>

#include "cli/console.hpp"

namespace fleetwatch::cli {

namespace {

// Much longer than a loop needs that writes files and words, also on a busy machine.
constexpr std::timespec kPatience{3, 0};

sigset_t end_signals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int number : {SIGINT, SIGQUIT, SIGTERM}) ::sigaddset(&signals, number);
  struct sigaction hangup {};
  ::sigaction(SIGHUP, nullptr, &hangup);
  if (hangup.sa_handler != SIG_IGN) ::sigaddset(&signals, SIGHUP);
  return signals;
}

bool is_typed(const siginfo_t& info) {
  return info.si_code == SI_KERNEL && (info.si_signo == SIGINT || info.si_signo == SIGQUIT);
}

}  // namespace

struct EndSignals::Shared {
  explicit Shared(boost::asio::io_context& of) : loop(of), signals(end_signals()) {}

  boost::asio::io_context& loop;
  const sigset_t signals;
  Act act;                        // of the loop's thread
  std::atomic<bool> acts{false};  // `act` is there
  std::atomic<int> untaken{0};    // handed to the loop, which has not come to them
};

EndSignals::EndSignals(boost::asio::io_context& loop) : shared_(std::make_shared<Shared>(loop)) {
  ::pthread_sigmask(SIG_BLOCK, &shared_->signals, nullptr);
  std::thread([shared = shared_] { wait_for_ever(*shared); }).detach();
}

void EndSignals::act_by(Act act) {
  shared_->act = std::move(act);
  shared_->acts = true;
}

void EndSignals::wait_for_ever(Shared& shared) {
  bool asked = false;
  while (true) {
    siginfo_t info{};
    const bool hurries = shared.untaken > 0;
    const int number =
        hurries ? ::sigtimedwait(&shared.signals, &info, &kPatience) : ::sigwaitinfo(&shared.signals, &info);
    if (number < 0 && errno == EAGAIN && shared.untaken > 0) leave(ExitStatus::done);
    if (number < 0) continue;
    if (!shared.acts) leave(ExitStatus::done);
    const bool asks = info.si_signo != SIGHUP;
    const EndSignal signal{info.si_signo, is_typed(info), asks && asked};
    asked = asked || asks;
    ++shared.untaken;
    boost::asio::post(shared.loop, [&shared, signal] {
      --shared.untaken;
      shared.act(signal);
    });
  }
}

}  // namespace fleetwatch::cli
