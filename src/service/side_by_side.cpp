#include "service/side_by_side.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>
#include <utility>

namespace fleetwatch::service {

namespace asio = boost::asio;

void SideBySide::start(asio::awaitable<void> task) {
  ++state_->running;
  asio::co_spawn(state_->wake.get_executor(), std::move(task), [state = state_](const std::exception_ptr& thrown) {
    if (thrown) state->bug = thrown;
    if (--state->running == 0) state->wake.cancel();
  });
}

asio::awaitable<void> SideBySide::wait() {
  const auto state = state_;
  while (state->running > 0) {
    boost::system::error_code woken;
    co_await state->wake.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  if (state->bug) std::rethrow_exception(state->bug);
}

}  // namespace fleetwatch::service
