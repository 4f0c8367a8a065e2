#include "io/tls.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "support/loopback_server.hpp"
#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using test::far_deadline;
using test::run_answer;

constexpr std::int64_t kLongAgo = 1'500'000'000;
constexpr std::int64_t kFarAway = 4'000'000'000;

// A fresh key and a certificate that it signs itself.
void use_certificate(SSL_CTX* context, std::int64_t not_after_unix_sec) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), X509_free);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), kLongAgo - 1000);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), not_after_unix_sec);
  X509_set_pubkey(certificate.get(), key.get());
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  SSL_CTX_use_certificate(context, certificate.get());
  SSL_CTX_use_PrivateKey(context, key.get());
}

int keep_server_name(SSL* session, int* /*alert*/, void* name) {
  const char* sent = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
  static_cast<std::string*>(name)->assign(sent != nullptr ? sent : "");
  return SSL_TLSEXT_ERR_OK;
}

class TlsServer {
 public:
  explicit TlsServer(std::int64_t not_after_unix_sec) {
    use_certificate(context_.native_handle(), not_after_unix_sec);
    SSL_CTX_set_tlsext_servername_callback(context_.native_handle(), keep_server_name);
    SSL_CTX_set_tlsext_servername_arg(context_.native_handle(), &server_name_);
    asio::co_spawn(thread_.loop(), serve(), asio::detached);
    thread_.start();
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer() { thread_.stop(); }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  // After the end of its thread.
  std::string server_name() {
    thread_.stop();
    return server_name_;
  }

 private:
  asio::awaitable<void> serve() {
    boost::system::error_code code;
    while (acceptor_.is_open()) {
      asio::ssl::stream<tcp::socket> stream(thread_.loop(), context_);
      co_await acceptor_.async_accept(stream.next_layer(), asio::redirect_error(asio::use_awaitable, code));
      if (code) break;
      constexpr auto kServer = asio::ssl::stream_base::server;
      co_await stream.async_handshake(kServer, asio::redirect_error(asio::use_awaitable, code));
    }
  }

  asio::ssl::context context_{asio::ssl::context::tls_server};
  std::string server_name_;
  test::LoopThread thread_;
  tcp::acceptor acceptor_{thread_.loop(), {asio::ip::address_v4::loopback(), 0}};
};

Result<outside::Certificate> ask(std::uint16_t port, Deadline deadline = far_deadline()) {
  LoopbackTls tls;
  return run_answer(tls.certificate(port, "app.example.test", deadline));
}

TEST(LoopbackTls, ReadsTheEndOfACertificateThatNobodyTrusts) {
  for (const auto not_after : {kLongAgo, kFarAway}) {
    TlsServer server(not_after);
    const auto certificate = ask(server.port());
    ASSERT_TRUE(certificate.ok()) << to_string(certificate.error());
    EXPECT_EQ(certificate->not_after_unix_sec, not_after);
    EXPECT_EQ(server.server_name(), "app.example.test");
  }
}

TEST(LoopbackTls, AsksTwice) {
  TlsServer server(kFarAway);
  LoopbackTls tls;
  EXPECT_TRUE(run_answer(tls.certificate(server.port(), "a.test", far_deadline())).ok());
  EXPECT_TRUE(run_answer(tls.certificate(server.port(), "b.test", far_deadline())).ok());
  EXPECT_EQ(server.server_name(), "b.test");
}

TEST(LoopbackTls, AServerThatNeverAnswersIsATimeout) {
  test::TcpServer silent({.pieces = {}, .request_end = "", .stays_open = true});
  const auto certificate = ask(silent.port(), Steady::now() + milliseconds(50));
  ASSERT_FALSE(certificate.ok());
  EXPECT_EQ(certificate.error().kind, ErrorKind::timeout);
}

TEST(LoopbackTls, AServerWithoutTlsIsMalformed) {
  test::TcpServer plain({.pieces = {"HTTP/1.1 400 Bad Request\r\n\r\n"}, .request_end = "", .stays_open = true});
  EXPECT_EQ(ask(plain.port()).error().kind, ErrorKind::malformed);
}

TEST(LoopbackTls, ClosingInTheHandshakeIsMalformed) {
  test::TcpServer closing({.pieces = {}, .request_end = "app.example.test", .stays_open = false});
  const auto certificate = ask(closing.port());
  ASSERT_FALSE(certificate.ok());
  EXPECT_EQ(certificate.error().kind, ErrorKind::malformed) << certificate.error().what;
}

TEST(LoopbackTls, TellsThatNothingListens) {
  const test::ClosedPort closed;
  EXPECT_EQ(ask(closed.number()).error().kind, ErrorKind::unavailable);
}

}  // namespace
}  // namespace fleetwatch::io
