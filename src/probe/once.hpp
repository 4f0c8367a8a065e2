// A question that several probes need, asked once: the first to want it starts it, all get the same answer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/result.hpp"

namespace fleetwatch::probe {

// For one event loop with one thread, which it must not outlive. The asking coroutine runs on its own: a probe that
// gives up does not end it for the others.
template <class T>
class Once {
 public:
  using Ask = std::function<boost::asio::awaitable<Result<T>>()>;

  explicit Once(Ask ask) : state_(std::make_shared<State>(std::move(ask))) {}

  // The answer stays where it is as long as this object lives.
  boost::asio::awaitable<const Result<T>*> get() {
    namespace asio = boost::asio;
    const auto state = state_;
    auto executor = co_await asio::this_coro::executor;
    if (!state->changed) {
      state->changed.emplace(executor, asio::steady_timer::time_point::max());
      asio::co_spawn(executor, run(state), asio::detached);
    }
    while (!state->answer) {
      boost::system::error_code woken;
      co_await state->changed->async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    co_return &*state->answer;
  }

 private:
  struct State {
    explicit State(Ask ask_) : ask(std::move(ask_)) {}
    Ask ask;
    std::optional<boost::asio::steady_timer> changed;  // never expires; cancelled when the answer is there
    std::optional<Result<T>> answer;
  };

  static boost::asio::awaitable<void> run(std::shared_ptr<State> state) {
    std::optional<Error> crash;
    try {
      state->answer.emplace(co_await state->ask());
    } catch (const std::exception& bug) {
      crash = Error{ErrorKind::crashed, bug.what()};
    }
    if (crash) state->answer.emplace(std::move(*crash));
    state->changed->cancel();
  }

  std::shared_ptr<State> state_;
};

}  // namespace fleetwatch::probe
