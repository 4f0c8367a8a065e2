#include "io/handshake_limiter.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace fleetwatch::io {

namespace asio = boost::asio;

namespace {

std::size_t count_of(const std::map<std::string, std::size_t>& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

void subtract(std::map<std::string, std::size_t>& counts, const std::string& name) {
  const auto found = counts.find(name);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

HandshakeLimiter::Slot::Slot(HandshakeLimiter* limiter, std::string target, std::string jump_host)
    : limiter_(limiter), target_(std::move(target)), jump_host_(std::move(jump_host)) {}

HandshakeLimiter::Slot::Slot(Slot&& other) noexcept
    : limiter_(std::exchange(other.limiter_, nullptr)),
      target_(std::move(other.target_)),
      jump_host_(std::move(other.jump_host_)) {}

HandshakeLimiter::Slot& HandshakeLimiter::Slot::operator=(Slot&& other) noexcept {
  std::swap(limiter_, other.limiter_);
  std::swap(target_, other.target_);
  std::swap(jump_host_, other.jump_host_);
  return *this;
}

void HandshakeLimiter::Slot::release() {
  if (auto* limiter = std::exchange(limiter_, nullptr)) limiter->give_back(target_, jump_host_);
}

// A place in the queue, left in whatever way the waiting coroutine ends. A place that was granted but not taken over
// is given back.
class HandshakeLimiter::Queued {
 public:
  Queued(HandshakeLimiter& limiter, std::list<Waiter>::iterator waiter) : limiter_(limiter), waiter_(waiter) {}
  Queued(const Queued&) = delete;
  Queued& operator=(const Queued&) = delete;
  ~Queued() {
    const bool unused = waiter_->granted && !taken_over_;
    const auto target = std::move(waiter_->target);
    const auto jump_host = std::move(waiter_->jump_host);
    limiter_.queue_.erase(waiter_);
    if (unused) limiter_.give_back(target, jump_host);
  }
  void take_over() { taken_over_ = true; }

 private:
  HandshakeLimiter& limiter_;
  std::list<Waiter>::iterator waiter_;
  bool taken_over_ = false;
};

asio::awaitable<std::optional<HandshakeLimiter::Slot>> HandshakeLimiter::acquire(std::string target,
                                                                                 std::string jump_host,
                                                                                 Deadline deadline) {
  // Whoever waits already and could go has gone: room now is room for this one.
  if (has_room(target, jump_host)) {
    take(target, jump_host);
    co_return Slot(this, target, jump_host);
  }
  const auto executor = co_await asio::this_coro::executor;
  const auto waiter =
      queue_.insert(queue_.end(), Waiter{target, jump_host, asio::steady_timer(executor, deadline), false});
  Queued queued(*this, waiter);
  boost::system::error_code ignored;
  co_await waiter->wake.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  if (!waiter->granted) co_return std::nullopt;
  queued.take_over();
  co_return Slot(this, target, jump_host);
}

bool HandshakeLimiter::has_room(const std::string& target, const std::string& jump_host) const {
  return in_all_ < limits_.in_all && count_of(targets_, target) < limits_.per_target &&
         (jump_host.empty() || count_of(jump_hosts_, jump_host) < limits_.per_jump_host);
}

void HandshakeLimiter::take(const std::string& target, const std::string& jump_host) {
  ++in_all_;
  ++targets_[target];
  if (!jump_host.empty()) ++jump_hosts_[jump_host];
}

void HandshakeLimiter::give_back(const std::string& target, const std::string& jump_host) {
  --in_all_;
  subtract(targets_, target);
  if (!jump_host.empty()) subtract(jump_hosts_, jump_host);
  for (auto& waiter : queue_) {
    if (waiter.granted || !has_room(waiter.target, waiter.jump_host)) continue;
    take(waiter.target, waiter.jump_host);
    waiter.granted = true;
    waiter.wake.cancel();
    if (in_all_ == limits_.in_all) return;
  }
}

}  // namespace fleetwatch::io
