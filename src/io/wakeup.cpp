#include "io/wakeup.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace fleetwatch::io {

namespace asio = boost::asio;

// While it lives the coroutine sleeps; ends with it, in whatever way that ends.
class Wakeup::Waiting {
 public:
  Waiting(std::shared_ptr<Wakeup> wakeup, asio::steady_timer& timer) : wakeup_(std::move(wakeup)) {
    wakeup_->timer_ = &timer;
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;
  ~Waiting() {
    wakeup_->timer_ = nullptr;
    const std::lock_guard lock(wakeup_->mutex_);
    wakeup_->executor_.reset();
    wakeup_->woken_ = false;
  }

 private:
  std::shared_ptr<Wakeup> wakeup_;
};

void Wakeup::wake() {
  const std::lock_guard lock(mutex_);
  if (std::exchange(woken_, true) || !executor_) return;
  asio::post(*executor_, [self = shared_from_this()] {
    if (self->timer_ != nullptr) self->timer_->cancel();
  });
}

asio::awaitable<void> Wakeup::wait(Deadline deadline) {
  asio::steady_timer timer(co_await asio::this_coro::executor, deadline);
  const Waiting waiting(shared_from_this(), timer);
  {
    const std::lock_guard lock(mutex_);
    if (woken_) co_return;
    executor_ = timer.get_executor();
  }
  boost::system::error_code ignored;  // cancelled when woken
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace fleetwatch::io
