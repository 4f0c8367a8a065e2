// Runs a coroutine that waits for real things, and gives what it returned.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

namespace fleetwatch::test {

template <class T>
boost::asio::awaitable<void> keep_value(boost::asio::awaitable<T> task, std::optional<T>& value) {
  value.emplace(co_await std::move(task));
}

template <class T>
T run_task(boost::asio::io_context& loop, boost::asio::awaitable<T> task) {
  std::optional<T> value;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, keep_value(std::move(task), value),
                        [&](std::exception_ptr thrown) { failure = std::move(thrown); });
  loop.restart();
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(value).value();
}

}  // namespace fleetwatch::test
