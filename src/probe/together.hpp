// Several tasks side by side; the end is the end of the last one.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "outside/answer.hpp"

namespace fleetwatch::probe {

using Task = boost::asio::awaitable<void>;

// For one event loop with one thread. Rethrows the first exception, after all have ended. Not cancelled half-way: the
// tasks may refer to what the caller owns, and each ends by the deadline of its own questions.
inline Task together(std::vector<Task> tasks) {
  namespace asio = boost::asio;
  struct Group {
    Group(const asio::any_io_executor& executor, std::size_t count)
        : running(count), changed(executor, asio::steady_timer::time_point::max()) {}
    std::size_t running;
    asio::steady_timer changed;  // never expires; cancelled by the last task
    std::exception_ptr first;
  };
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  const auto executor = co_await asio::this_coro::executor;
  const auto group = std::make_shared<Group>(executor, tasks.size());
  for (auto& task : tasks) {
    asio::co_spawn(executor, std::move(task), [group](std::exception_ptr thrown) {
      if (thrown && !group->first) group->first = std::move(thrown);
      if (--group->running == 0) group->changed.cancel();
    });
  }
  while (group->running > 0) {
    boost::system::error_code woken;
    co_await group->changed.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (group->first) std::rethrow_exception(group->first);
}

// together(into(question, answer), into(other, other_answer), fill_this(…))
template <class... Tasks>
Task together(Task first, Tasks... others) {
  std::vector<Task> tasks;
  tasks.push_back(std::move(first));
  (tasks.push_back(std::move(others)), ...);
  return together(std::move(tasks));
}

// Asks and keeps the answer in `target`, which must outlive the task.
template <class T>
Task into(outside::Answer<T> question, std::optional<Result<T>>& target) {
  target = co_await std::move(question);
}

}  // namespace fleetwatch::probe
