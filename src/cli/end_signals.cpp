#include "cli/end_signals.hpp"

#include <boost/asio/post.hpp>
#include <csignal>
#include <thread>
#include <utility>

namespace fleetwatch::cli {

namespace {

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

EndSignals::EndSignals(boost::asio::io_context& loop, Act act) : act_(std::make_shared<Act>(std::move(act))) {
  const auto signals = end_signals();
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals, &loop, act = act_] {
    while (true) {
      siginfo_t info{};
      if (::sigwaitinfo(&signals, &info) < 0) continue;
      const EndSignal signal{info.si_signo, is_typed(info)};
      boost::asio::post(loop, [act, signal] {
        const auto now = *act;  // it may be replaced meanwhile
        now(signal);
      });
    }
  }).detach();
}

}  // namespace fleetwatch::cli
