#include "io/workers.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>

namespace fleetwatch::io {

struct Workers::Pool {
  Pool(std::size_t usual_threads, std::size_t most_threads) : usual(usual_threads), most(most_threads) {}

  const std::size_t usual;
  const std::size_t most;
  std::mutex mutex;  // guards all below, and the jobs
  std::condition_variable changed;
  std::deque<std::shared_ptr<Job>> queue;
  std::size_t threads = 0;
  std::size_t idle = 0;
  std::size_t stuck = 0;  // threads whose caller is gone
  bool closing = false;
};

Workers::Workers(std::size_t usual, std::size_t most) : pool_(std::make_shared<Pool>(usual, most)) {}

Workers::~Workers() {
  const std::lock_guard lock(pool_->mutex);
  pool_->closing = true;
  pool_->changed.notify_all();
}

void Workers::submit(const std::shared_ptr<Pool>& pool, std::shared_ptr<Job> job) {
  const std::lock_guard lock(pool->mutex);
  pool->queue.push_back(std::move(job));
  start_thread_if_needed(pool);
  pool->changed.notify_one();
}

void Workers::abandon(const std::shared_ptr<Pool>& pool, const std::shared_ptr<Job>& job) {
  std::function<void()> unwanted;  // destroyed after the lock: it owns the job
  job->timer = nullptr;
  const std::lock_guard lock(pool->mutex);
  job->abandoned = true;
  job->executor.reset();
  unwanted = std::move(job->work);
  job->work = nullptr;
  if (job->running) {
    ++pool->stuck;
    start_thread_if_needed(pool);
  } else {
    std::erase(pool->queue, job);
  }
}

void Workers::complete(Pool& pool, const std::shared_ptr<Job>& job, const std::function<void()>& keep_result) {
  const std::lock_guard lock(pool.mutex);
  job->running = false;
  if (job->abandoned) {
    --pool.stuck;
    return;
  }
  keep_result();
  boost::asio::post(*job->executor, [job] {
    if (job->timer != nullptr) job->timer->cancel();
  });
}

void Workers::start_thread_if_needed(const std::shared_ptr<Pool>& pool) {
  if (pool->idle >= pool->queue.size() || pool->threads >= std::min(pool->most, pool->usual + pool->stuck)) return;
  try {
    std::thread([pool] { serve(pool); }).detach();
    ++pool->threads;
  } catch (const std::system_error&) {
    // No thread to be had: the job waits for one of the others, or for its deadline.
    return;
  }
}

void Workers::serve(const std::shared_ptr<Pool>& pool) {
  std::unique_lock lock(pool->mutex);
  while (true) {
    if (pool->queue.empty()) {
      if (pool->threads > pool->usual + pool->stuck) break;
      ++pool->idle;
      pool->changed.wait(lock, [&] { return pool->closing || !pool->queue.empty(); });
      --pool->idle;
    }
    if (pool->queue.empty()) break;
    std::function<void()> work = std::move(pool->queue.front()->work);
    pool->queue.front()->running = true;
    pool->queue.pop_front();
    lock.unlock();
    work();
    work = nullptr;  // what the function owned is not destroyed under the lock
    lock.lock();
  }
  --pool->threads;
}

}  // namespace fleetwatch::io
