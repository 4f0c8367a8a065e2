#include "io/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ctime>

#include "io/connection.hpp"

namespace fleetwatch::io {

namespace asio = boost::asio;
using TlsStream = asio::ssl::stream<asio::ip::tcp::socket&>;

namespace {

struct FreeX509 {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

Error handshake_error(ErrorCode code, const AtDeadline& guard, const std::string& where) {
  const bool of_tls = code.category() == asio::error::get_ssl_category() || code == asio::ssl::error::stream_truncated;
  if (of_tls && !guard.expired()) return {ErrorKind::malformed, "no TLS handshake: " + code.message(), where};
  return connection_error(code, guard, where);
}

Result<outside::Certificate> leaf_certificate(const SSL* session, const std::string& where) {
  const std::unique_ptr<X509, FreeX509> leaf(SSL_get1_peer_certificate(session));
  if (!leaf) return Error{ErrorKind::malformed, "the server shows no certificate", where};
  std::tm utc{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(leaf.get()), &utc) != 1)
    return Error{ErrorKind::malformed, "the certificate's end date cannot be read", where};
  return outside::Certificate{.not_after_unix_sec = timegm(&utc)};
}

}  // namespace

LoopbackTls::LoopbackTls() = default;
LoopbackTls::~LoopbackTls() = default;

asio::ssl::context& LoopbackTls::context() {
  if (!context_) {
    context_ = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
    context_->set_verify_mode(asio::ssl::verify_none);
    // A certificate with a weak key is still one that expires: it is read here, not judged.
    SSL_CTX_set_security_level(context_->native_handle(), 0);
  }
  return *context_;
}

outside::Answer<outside::Certificate> LoopbackTls::certificate(std::uint16_t port, std::string server_name,
                                                               Deadline deadline) {
  const std::string where = loopback_name(port) + " (" + server_name + ')';
  asio::ip::tcp::socket socket(co_await asio::this_coro::executor);
  const AtDeadline guard = close_at(socket, deadline);
  ErrorCode code;
  const asio::ip::tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  co_await socket.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return connection_error(code, guard, where);

  TlsStream stream(socket, context());
  if (SSL_set_tlsext_host_name(stream.native_handle(), server_name.c_str()) != 1)
    co_return Error{ErrorKind::malformed, "not a server name", where};
  co_await stream.async_handshake(TlsStream::client, asio::redirect_error(asio::use_awaitable, code));
  if (code) co_return handshake_error(code, guard, where);
  co_return leaf_certificate(stream.native_handle(), where);
}

}  // namespace fleetwatch::io
