// What the small clients of this folder share: an end at the deadline, and one way to say why a connection failed.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "outside/answer.hpp"

namespace fleetwatch::io {

using ErrorCode = boost::system::error_code;

// Does something at the deadline, unless it is destroyed before.
class AtDeadline {
 public:
  AtDeadline(const boost::asio::any_io_executor& executor, Deadline deadline, std::function<void()> action);
  AtDeadline(const AtDeadline&) = delete;
  AtDeadline& operator=(const AtDeadline&) = delete;
  ~AtDeadline() { state_->done = true; }

  bool expired() const { return state_->expired; }

 private:
  struct State {
    std::function<void()> action;
    bool expired = false;
    bool done = false;  // what the action touches may be gone; a timer that has already fired still runs its handler
  };
  std::shared_ptr<State> state_;
  boost::asio::steady_timer timer_;
};

// Closes a socket at the deadline, so that whatever waits on it ends. Closing, not cancelling: an operation that is
// started between two others by then fails as well.
template <class Socket>
AtDeadline close_at(Socket& socket, Deadline deadline) {
  return {socket.get_executor(), deadline, [&socket] {
            ErrorCode ignored;
            socket.close(ignored);
          }};
}

// Until the descriptor is readable; false at `until` or when it fails.
boost::asio::awaitable<bool> wait_readable(boost::asio::posix::stream_descriptor& descriptor, Deadline until);

// Kinds: timeout, denied, malformed (closed too early), unavailable.
Error connection_error(ErrorCode code, const AtDeadline& deadline, std::string where);

std::string loopback_name(std::uint16_t port);  // for the `where` of an error

// Reads until `is_complete` of all bytes so far. `Socket` is a TCP or local stream socket.
// Errors: timeout, too_large, malformed (closed before complete), unavailable.
template <class Socket>
outside::Answer<std::string> read_until(Socket& socket, const AtDeadline& deadline, std::size_t limit_bytes,
                                        std::function<bool(std::string_view)> is_complete, std::string where);

}  // namespace fleetwatch::io
