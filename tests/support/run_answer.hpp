// Waits for the answer of a real adapter.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "outside/answer.hpp"

namespace fleetwatch::test {

template <class T>
boost::asio::awaitable<void> keep_answer(outside::Answer<T> answer, std::optional<Result<T>>& result) {
  result.emplace(co_await std::move(answer));
}

template <class T>
Result<T> run_answer(boost::asio::io_context& loop, outside::Answer<T> answer) {
  std::optional<Result<T>> result;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, keep_answer(std::move(answer), result),
                        [&](std::exception_ptr thrown) { failure = std::move(thrown); });
  loop.restart();
  loop.run();
  if (failure) std::rethrow_exception(failure);
  return std::move(result).value();
}

template <class T>
Result<T> run_answer(outside::Answer<T> answer) {
  boost::asio::io_context loop;
  return run_answer(loop, std::move(answer));
}

// Long enough never to pass in a test that works.
inline Deadline far_deadline() { return Steady::now() + std::chrono::seconds(30); }
inline Deadline passed_deadline() { return Steady::now() - std::chrono::seconds(1); }

}  // namespace fleetwatch::test
