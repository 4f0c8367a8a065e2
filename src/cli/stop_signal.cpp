#include "cli/stop_signal.hpp"

#include <boost/asio/post.hpp>
#include <csignal>
#include <ctime>
#include <thread>
#include <utility>

#include "cli/console.hpp"

namespace fleetwatch::cli {

void on_stop_signal(boost::asio::io_context& loop, std::function<void()> stop, std::chrono::seconds patience) {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGINT);
  ::sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread([signals, &loop, patience, stop = std::move(stop)]() mutable {
    int which = 0;
    ::sigwait(&signals, &which);
    boost::asio::post(loop, std::move(stop));
    const std::timespec rest{patience.count(), 0};
    ::sigtimedwait(&signals, nullptr, &rest);
    // Without a word: who does not read the output may not read this either.
    leave(ExitStatus::done);
  }).detach();
}

}  // namespace fleetwatch::cli
