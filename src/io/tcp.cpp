#include "io/tcp.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "io/connection.hpp"

namespace fleetwatch::io {

namespace asio = boost::asio;

outside::Answer<std::string> LoopbackTcp::ask(outside::TcpQuestion question, Deadline deadline) {
  const std::string where = question.address + ':' + std::to_string(question.port);
  ErrorCode code;
  const auto address = asio::ip::make_address(question.address, code);
  if (code) co_return Error{ErrorKind::malformed, "not a numeric address", where};

  asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
  const AtDeadline guard = close_at(socket, deadline);
  const asio::ip::tcp::endpoint endpoint(address, question.port);
  co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return connection_error(code, guard, where);
  co_await asio::async_write(socket, asio::buffer(question.request), asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return connection_error(code, guard, where);
  auto reading = read_until(socket, guard, question.limit_bytes, std::move(question.is_complete), where);
  co_return co_await std::move(reading);
}

}  // namespace fleetwatch::io
