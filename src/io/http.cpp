// The only file with Beast in it: it takes longer to compile than all others of this folder together.
#include "io/http.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>

#include "io/connection.hpp"

namespace fleetwatch::io {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using TcpSocket = asio::ip::tcp::socket;

namespace {

constexpr std::uint32_t kHeaderBytes = 32U << 10;
constexpr std::size_t kBufferBytes = 64U << 10;

using Parser = http::response_parser<http::string_body>;

http::request<http::string_body> message_of(outside::HttpRequest request, const std::string& host) {
  constexpr unsigned kHttp11 = 11;
  http::request<http::string_body> message;
  message.method_string(request.method);
  message.target(request.target);
  message.version(kHttp11);
  message.set(http::field::host, host);
  message.set(http::field::user_agent, "fleetwatch/" FLEETWATCH_VERSION);
  message.keep_alive(false);
  if (!request.content_type.empty()) message.set(http::field::content_type, request.content_type);
  message.body() = std::move(request.body);
  message.prepare_payload();
  return message;
}

// By address, without a resolver: IPv4, and IPv6 when nothing listens there.
asio::awaitable<ErrorCode> connect(TcpSocket& socket, const AtDeadline& guard, std::uint16_t port) {
  ErrorCode code;
  const asio::ip::tcp::endpoint v4(asio::ip::address_v4::loopback(), port);
  co_await socket.async_connect(v4, asio::redirect_error(asio::use_awaitable, code));
  if (code != asio::error::connection_refused || guard.expired()) co_return code;
  ErrorCode second;
  socket.close(second);
  const asio::ip::tcp::endpoint v6(asio::ip::address_v6::loopback(), port);
  co_await socket.async_connect(v6, asio::redirect_error(asio::use_awaitable, second));
  // Without IPv6 the first answer says what is the matter.
  co_return second && !guard.expired() ? code : second;
}

Error http_error(ErrorCode code, const AtDeadline& guard, const std::string& where) {
  if (guard.expired()) return connection_error(code, guard, where);
  if (code == http::error::body_limit || code == http::error::header_limit || code == http::error::buffer_overflow)
    return {ErrorKind::too_large, "the answer is longer than its limit", where};
  if (code == http::error::end_of_stream || code == http::error::partial_message)
    return {ErrorKind::malformed, "closed before the answer was complete", where};
  if (code.category() == ErrorCode(http::error::bad_version).category())
    return {ErrorKind::malformed, "the answer is not HTTP: " + code.message(), where};
  return connection_error(code, guard, where);
}

outside::HttpResponse response_of(http::response<http::string_body> message, bool complete) {
  outside::HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  response.body = std::move(message.body());
  response.complete = complete;
  return response;
}

// On a socket that is connected.
outside::Answer<outside::HttpResponse> exchange(TcpSocket& socket, const AtDeadline& guard,
                                                outside::HttpRequest request, std::string host) {
  const std::string where = host + request.target;
  const auto limit_bytes = request.limit_bytes;
  const bool keep_partial = request.keep_partial;
  ErrorCode code;
  const auto message = message_of(std::move(request), host);
  co_await http::async_write(socket, message, asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return connection_error(code, guard, where);

  boost::beast::flat_buffer buffer(kBufferBytes);
  Parser parser;
  parser.header_limit(kHeaderBytes);
  parser.body_limit(limit_bytes);
  co_await http::async_read(socket, buffer, parser, asio::redirect_error(asio::use_awaitable, code));
  const bool cut = keep_partial && guard.expired() && parser.is_header_done();
  if (code && !cut) co_return http_error(code, guard, where);
  co_return response_of(parser.release(), !code);
}

// Gives up at the deadline as well, though a resolver may go on in its own thread.
asio::awaitable<ErrorCode> connect_to(TcpSocket& socket, std::string name, std::uint16_t port, Deadline deadline) {
  asio::ip::tcp::resolver resolver(socket.get_executor());
  const AtDeadline cancel(socket.get_executor(), deadline, [&resolver] { resolver.cancel(); });
  ErrorCode code;
  const auto found =
      co_await resolver.async_resolve(name, std::to_string(port), asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return code;
  for (const auto& entry : found) {
    if (cancel.expired()) break;
    ErrorCode ignored;
    socket.close(ignored);
    co_await socket.async_connect(entry.endpoint(), asio::redirect_error(asio::use_awaitable, code));
    if (!code) break;
  }
  co_return code;
}

}  // namespace

outside::Answer<outside::HttpResponse> LoopbackHttp::ask(outside::HttpRequest request, Deadline deadline) {
  const std::string host = loopback_name(request.port);
  TcpSocket socket(co_await asio::this_coro::executor);
  const AtDeadline guard = close_at(socket, deadline);
  const ErrorCode code = co_await connect(socket, guard, request.port);
  if (code) co_return connection_error(code, guard, host + request.target);
  co_return co_await exchange(socket, guard, std::move(request), host);
}

outside::Answer<outside::HttpResponse> HostHttp::ask(outside::HttpRequest request, Deadline deadline) {
  const bool ipv6 = host_.find(':') != std::string::npos;
  const std::string host = (ipv6 ? "[" + host_ + "]" : host_) + ":" + std::to_string(request.port);
  TcpSocket socket(co_await asio::this_coro::executor);
  const AtDeadline guard = close_at(socket, deadline);
  const ErrorCode code = co_await connect_to(socket, host_, request.port, deadline);
  if (code) co_return connection_error(code, guard, host + request.target);
  co_return co_await exchange(socket, guard, std::move(request), host);
}

}  // namespace fleetwatch::io
