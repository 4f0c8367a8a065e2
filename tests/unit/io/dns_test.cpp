#include "io/dns.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/udp.hpp>
#include <functional>

#include "support/loopback_server.hpp"
#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using outside::DnsAnswer;
using outside::DnsType;
using test::far_deadline;
using test::run_answer;

struct Reply {
  char code = 0;
  char answers = 0;
  std::string records;
  bool cut = false;  // truncated, to be asked again over TCP
};

const std::string kRecordA = std::string("\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x0a\0\0\1", 16);
const std::string kRecordCname = std::string("\xc0\x0c\0\5\0\1\0\0\0\x3c\0\3\1w\0", 15);

std::string message_for(const std::string& query, const Reply& reply) {
  std::string message = query;
  message[2] = static_cast<char>(reply.cut ? 0x87 : 0x85);
  message[3] = static_cast<char>(0x80 | reply.code);
  message[7] = reply.answers;
  return message + reply.records;
}

// Answers over UDP, and over TCP on the same port.
class DnsServer {
 public:
  explicit DnsServer(Reply over_udp, Reply over_tcp = {})
      : over_udp_(std::move(over_udp)), over_tcp_(std::move(over_tcp)) {
    asio::co_spawn(thread_.loop(), serve_udp(), asio::detached);
    asio::co_spawn(thread_.loop(), serve_tcp(), asio::detached);
    thread_.start();
  }
  DnsServer(const DnsServer&) = delete;
  DnsServer& operator=(const DnsServer&) = delete;
  ~DnsServer() { thread_.stop(); }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

 private:
  asio::awaitable<void> serve_udp() {
    std::string query(512, '\0');
    boost::system::error_code code;
    while (!code) {
      udp::endpoint peer;
      const auto size = co_await socket_.async_receive_from(asio::buffer(query), peer,
                                                            asio::redirect_error(asio::use_awaitable, code));
      if (code) break;
      const auto message = message_for(query.substr(0, size), over_udp_);
      co_await socket_.async_send_to(asio::buffer(message), peer, asio::redirect_error(asio::use_awaitable, code));
    }
  }

  asio::awaitable<void> serve_tcp() {
    boost::system::error_code code;
    tcp::socket client(thread_.loop());
    co_await acceptor_.async_accept(client, asio::redirect_error(asio::use_awaitable, code));
    std::string query(512, '\0');
    const auto size =
        co_await client.async_read_some(asio::buffer(query), asio::redirect_error(asio::use_awaitable, code));
    if (code || size < 2) co_return;
    const auto message = message_for(query.substr(2, size - 2), over_tcp_);
    const std::string framed = std::string{'\0', static_cast<char>(message.size())} + message;
    co_await asio::async_write(client, asio::buffer(framed), asio::redirect_error(asio::use_awaitable, code));
  }

  test::LoopThread thread_;
  Reply over_udp_;
  Reply over_tcp_;
  tcp::acceptor acceptor_{thread_.loop(), {asio::ip::address_v4::loopback(), 0}};
  udp::socket socket_{thread_.loop(), {asio::ip::address_v4::loopback(), acceptor_.local_endpoint().port()}};
};

Result<DnsAnswer> ask(std::uint16_t port, const char* name = "example.test", Deadline deadline = far_deadline()) {
  LocalDns dns(port);
  return run_answer(dns.query(name, DnsType::a, deadline));
}

TEST(LocalDns, EveryReplyCodeIsAnAnswer) {
  struct Case {
    const char* name;
    Reply reply;
    int code;
    std::size_t answers;
  };
  const Case cases[] = {
      {"two addresses behind an alias", {0, 3, kRecordCname + kRecordA + kRecordA, false}, 0, 2},
      {"no record of the type", {0, 1, kRecordCname, false}, 0, 0},
      {"SERVFAIL", {2, 0, "", false}, 2, 0},
      {"NXDOMAIN", {3, 0, "", false}, 3, 0},
      {"NOTIMP", {4, 0, "", false}, 4, 0},
      {"REFUSED", {5, 0, "", false}, 5, 0},
  };
  for (const auto& one : cases) {
    DnsServer server(one.reply);
    const auto answer = ask(server.port());
    ASSERT_TRUE(answer.ok()) << one.name << ": " << to_string(answer.error());
    EXPECT_EQ(answer->reply_code, one.code) << one.name;
    EXPECT_EQ(answer->answers, one.answers) << one.name;
  }
}

TEST(LocalDns, AsksAgainOverTcpWhenTheReplyIsCut) {
  DnsServer server({0, 0, "", true}, {0, 1, kRecordA, false});
  const auto answer = ask(server.port());
  ASSERT_TRUE(answer.ok()) << to_string(answer.error());
  EXPECT_EQ(answer->answers, 1U);
}

TEST(LocalDns, ACutRecordIsMalformed) {
  DnsServer server({0, 2, kRecordA, false});
  EXPECT_EQ(ask(server.port()).error().kind, ErrorKind::malformed);
}

TEST(LocalDns, TellsThatNobodyListens) {
  const test::ClosedPort closed;
  const auto answer = ask(closed.number());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::unavailable) << answer.error().what;
}

TEST(LocalDns, ASilentServerIsATimeout) {
  asio::io_context loop;
  udp::socket silent(loop, {asio::ip::address_v4::loopback(), 0});
  const auto answer = ask(silent.local_endpoint().port(), "example.test", Steady::now() + milliseconds(50));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().kind, ErrorKind::timeout);
  EXPECT_GT(silent.available(), 12U) << "the query was sent";
}

TEST(LocalDns, ANameThatIsNoneIsMalformed) {
  const test::ClosedPort closed;
  const std::string label(64, 'a');
  EXPECT_EQ(ask(closed.number(), (label + ".test").c_str()).error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace fleetwatch::io
