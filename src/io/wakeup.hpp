// A sign from any thread to one coroutine of the event loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <optional>

#include "outside/answer.hpp"

namespace fleetwatch::io {

// Shared by the threads that wake and the coroutine that waits. Signs are not counted: those given while nobody waits
// are one, and it is kept for the next wait.
class Wakeup : public std::enable_shared_from_this<Wakeup> {
 public:
  // From any thread. The event loop is woken once, however often this is called before the coroutine goes on.
  void wake();

  // Until woken or until the deadline. One coroutine at a time; its executor must be run by one thread. When the
  // coroutine is destroyed meanwhile, nothing of its loop is touched any more.
  boost::asio::awaitable<void> wait(Deadline deadline);

 private:
  class Waiting;

  std::mutex mutex_;  // guards the next two
  bool woken_ = false;
  std::optional<boost::asio::any_io_executor> executor_;  // present: somebody sleeps on it
  boost::asio::steady_timer* timer_ = nullptr;            // the event loop's thread only
};

}  // namespace fleetwatch::io
