// What a fake of `outside` answers: a value, an error, or silence until the question's deadline.
#pragma once

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "outside/answer.hpp"

namespace fleetwatch::test {

// As a stopped service or a dead mount: no answer before the deadline.
struct Hang {};

template <class T>
using Script = std::variant<T, Error, Hang>;

class FakeClock final : public Clock {
 public:
  std::int64_t now_unix_ms = 1'772'352'930'000;
  Steady::time_point now_monotonic = Steady::now();

  std::int64_t unix_ms() const override { return now_unix_ms; }
  Steady::time_point monotonic() const override { return now_monotonic; }
  void advance_to(Steady::time_point time) {
    if (time <= now_monotonic) return;
    now_unix_ms += std::chrono::duration_cast<milliseconds>(time - now_monotonic).count();
    now_monotonic = time;
  }
};

// The questions that hang. Each waits for its deadline; a test that owns the event loop lets the fake clock jump there
// instead of waiting.
class Hanging {
 public:
  explicit Hanging(FakeClock& clock) : clock_(clock) {}

  boost::asio::awaitable<void> until(Deadline deadline) {
    namespace asio = boost::asio;
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, deadline);
    waiting_.push_back(&timer);
    const Entry entry(waiting_, &timer);
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }

  // Ends the question with the earliest deadline; false when none hangs.
  bool jump_to_next_deadline() {
    if (waiting_.empty()) return false;
    const auto earlier = [](const auto* one, const auto* other) { return one->expiry() < other->expiry(); };
    auto* timer = *std::min_element(waiting_.begin(), waiting_.end(), earlier);
    clock_.advance_to(timer->expiry());
    std::erase(waiting_, timer);
    timer->cancel();
    return true;
  }

 private:
  using Timers = std::vector<boost::asio::steady_timer*>;

  // Also takes the timer out when the asking coroutine is destroyed.
  struct Entry {
    Entry(Timers& timers_, boost::asio::steady_timer* timer_) : timers(timers_), timer(timer_) {}
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry() { std::erase(timers, timer); }
    Timers& timers;
    boost::asio::steady_timer* timer;
  };

  FakeClock& clock_;
  Timers waiting_;
};

// Answers on a later turn of the event loop, as the real adapters do.
template <class T>
outside::Answer<T> give(Hanging& hanging, Script<T> script, std::string where, Deadline deadline) {
  co_await boost::asio::post(boost::asio::use_awaitable);
  if (std::holds_alternative<Hang>(script)) {
    co_await hanging.until(deadline);
    co_return Error{ErrorKind::timeout, "no answer before the deadline", where};
  }
  if (auto* error = std::get_if<Error>(&script)) {
    if (error->where.empty()) error->where = where;
    co_return std::move(*error);
  }
  co_return std::get<T>(std::move(script));
}

// The script of `key`, or what an empty machine says.
template <class Map, class Key, class T>
Script<T> script_of(const Map& map, const Key& key, Script<T> otherwise) {
  const auto found = map.find(key);
  return found == map.end() ? std::move(otherwise) : Script<T>(found->second);
}

inline Error not_found() { return Error{ErrorKind::not_found, "does not exist"}; }
inline Error refused() { return Error{ErrorKind::unavailable, "connection refused"}; }
inline Error denied() { return Error{ErrorKind::denied, "permission denied"}; }

}  // namespace fleetwatch::test
