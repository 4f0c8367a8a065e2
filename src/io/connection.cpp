#include "io/connection.hpp"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace fleetwatch::io {

namespace asio = boost::asio;

AtDeadline::AtDeadline(const asio::any_io_executor& executor, Deadline deadline, std::function<void()> action)
    : state_(std::make_shared<State>()), timer_(executor, deadline) {
  state_->action = std::move(action);
  timer_.async_wait([state = state_](ErrorCode code) {
    if (code || state->done) return;
    state->expired = true;
    state->action();
  });
}

asio::awaitable<bool> wait_readable(asio::posix::stream_descriptor& descriptor, Deadline until) {
  const AtDeadline guard(descriptor.get_executor(), until, [&descriptor] {
    ErrorCode ignored;
    descriptor.cancel(ignored);
  });
  ErrorCode code;
  constexpr auto kReadable = asio::posix::descriptor_base::wait_read;
  co_await descriptor.async_wait(kReadable, asio::redirect_error(asio::use_awaitable, code));
  co_return !code;
}

Error connection_error(ErrorCode code, const AtDeadline& deadline, std::string where) {
  if (deadline.expired() || code == asio::error::timed_out)
    return {ErrorKind::timeout, "no complete answer before the deadline", std::move(where)};
  if (code == asio::error::connection_refused) return {ErrorKind::unavailable, "nothing listens", std::move(where)};
  if (code == asio::error::access_denied || code == boost::system::errc::operation_not_permitted)
    return {ErrorKind::denied, "permission is missing", std::move(where)};
  if (code == asio::error::eof || code == asio::error::connection_reset || code == asio::error::broken_pipe)
    return {ErrorKind::malformed, "closed before the answer was complete", std::move(where)};
  return {ErrorKind::unavailable, code.message(), std::move(where)};
}

std::string loopback_name(std::uint16_t port) { return "localhost:" + std::to_string(port); }

template <class Socket>
outside::Answer<std::string> read_until(Socket& socket, const AtDeadline& deadline, std::size_t limit_bytes,
                                        std::function<bool(std::string_view)> is_complete, std::string where) {
  constexpr std::size_t kChunkBytes = 16384;
  std::string bytes;
  std::array<char, kChunkBytes> chunk;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled by the kernel
  while (!is_complete(bytes)) {
    ErrorCode code;
    const std::size_t count =
        co_await socket.async_read_some(asio::buffer(chunk), asio::redirect_error(asio::use_awaitable, code));
    if (code) co_return connection_error(code, deadline, std::move(where));
    if (count > limit_bytes - bytes.size())
      co_return Error{ErrorKind::too_large, "the answer is longer than " + std::to_string(limit_bytes) + " bytes",
                      std::move(where)};
    bytes.append(chunk.data(), count);
  }
  co_return bytes;
}

template outside::Answer<std::string> read_until(asio::ip::tcp::socket&, const AtDeadline&, std::size_t,
                                                 std::function<bool(std::string_view)>, std::string);
template outside::Answer<std::string> read_until(asio::local::stream_protocol::socket&, const AtDeadline&, std::size_t,
                                                 std::function<bool(std::string_view)>, std::string);

}  // namespace fleetwatch::io
