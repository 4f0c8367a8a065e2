// A few threads for what can only block: disks that may hang, the journal.
//
// A function that never returns keeps its thread, never its caller: the caller goes on at its deadline. Threads are
// detached, and nothing waits for them. A program that uses Workers must therefore leave with _exit after its last
// byte of output: an ordinary exit would run destructors beside a thread that is still stuck.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "outside/answer.hpp"

namespace fleetwatch::io {

class Workers {
 public:
  // At most `usual` threads, each started when there is something for it. While some are stuck, as many more, but never
  // more than `most` in all.
  explicit Workers(std::size_t usual = 4, std::size_t most = 16);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers();  // idle threads end; busy ones end with their function

  // Runs `function`, which gives a Result<T>, on a thread. Ends with its result, with `crashed` when it throws, or with
  // `timeout` at the deadline: then the function may go on, so it must own all that it touches. The caller's executor
  // must be run by one thread.
  template <class Function>
  boost::asio::awaitable<std::invoke_result_t<Function&>> run(Function function, Deadline deadline);

 private:
  struct Pool;

  // Shared by the caller and the thread, guarded by the pool's mutex, but for `timer` (the caller's executor only).
  struct Job {
    std::function<void()> work;  // empty once a thread took it
    bool running = false;
    bool abandoned = false;                                     // nobody waits for the result any more
    std::optional<boost::asio::any_io_executor> executor = {};  // empty with `abandoned`: it may be gone
    boost::asio::steady_timer* timer = nullptr;                 // the caller sleeps on it; null when it no longer does
  };
  template <class Answer>
  struct JobWithResult : Job {
    std::optional<Answer> result;
  };

  // The caller's interest in a job: ends with the caller's coroutine, in whatever way that ends.
  class Interest {
   public:
    Interest(std::shared_ptr<Pool> pool, std::shared_ptr<Job> job) : pool_(std::move(pool)), job_(std::move(job)) {}
    Interest(const Interest&) = delete;
    Interest& operator=(const Interest&) = delete;
    ~Interest() { abandon(pool_, job_); }

   private:
    std::shared_ptr<Pool> pool_;
    std::shared_ptr<Job> job_;
  };

  static void submit(const std::shared_ptr<Pool>& pool, std::shared_ptr<Job> job);
  static void abandon(const std::shared_ptr<Pool>& pool, const std::shared_ptr<Job>& job);
  static void complete(Pool& pool, const std::shared_ptr<Job>& job, const std::function<void()>& keep_result);
  static void start_thread_if_needed(const std::shared_ptr<Pool>& pool);
  static void serve(const std::shared_ptr<Pool>& pool);

  std::shared_ptr<Pool> pool_;
};

template <class Function>
boost::asio::awaitable<std::invoke_result_t<Function&>> Workers::run(Function function, Deadline deadline) {
  using Answer = std::invoke_result_t<Function&>;
  const std::shared_ptr<Pool> pool = pool_;
  auto job = std::make_shared<JobWithResult<Answer>>();
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, deadline);
  job->executor = timer.get_executor();
  job->timer = &timer;
  job->work = [pool, job, function = std::move(function)]() mutable {
    std::optional<Answer> result;
    try {
      result.emplace(function());
    } catch (const std::exception& bug) {
      result.emplace(Error{ErrorKind::crashed, bug.what()});
    }
    complete(*pool, job, [&] { job->result = std::move(result); });
  };
  {
    const Interest interest(pool, job);
    submit(pool, job);
    boost::system::error_code ignored;  // cancelled when the result is there
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
  }
  if (!job->result) co_return Error{ErrorKind::timeout, "no answer before the deadline"};
  co_return std::move(*job->result);
}

}  // namespace fleetwatch::io
