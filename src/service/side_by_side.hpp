// Coroutines that run side by side on one event loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <exception>
#include <memory>

namespace fleetwatch::service {

// What the tasks need they own: they may outlive whoever started them, when that one is not resumed any more.
class SideBySide {
 public:
  explicit SideBySide(const boost::asio::any_io_executor& executor) : state_(std::make_shared<State>(executor)) {}

  void start(boost::asio::awaitable<void> task);
  // Until all have ended. Passes on what one of them has thrown.
  boost::asio::awaitable<void> wait();

 private:
  struct State {
    explicit State(const boost::asio::any_io_executor& executor)
        : wake(executor, boost::asio::steady_timer::time_point::max()) {}
    boost::asio::steady_timer wake;
    std::size_t running = 0;
    std::exception_ptr bug;
  };
  std::shared_ptr<State> state_;
};

}  // namespace fleetwatch::service
