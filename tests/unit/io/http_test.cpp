#include "io/http.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "support/loopback_server.hpp"
#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

using outside::HttpRequest;
using outside::HttpResponse;
using test::far_deadline;
using test::run_answer;
using test::TcpServer;

constexpr const char* kRequestEnd = "\r\n\r\n";

Deadline short_deadline() { return Steady::now() + milliseconds(300); }

Result<HttpResponse> ask(std::uint16_t port, HttpRequest request, Deadline deadline) {
  request.port = port;
  LoopbackHttp http;
  return run_answer(http.ask(std::move(request), deadline));
}

TEST(LoopbackHttp, SendsTheRequestAsConfigured) {
  TcpServer server({.pieces = {"HTTP/1.1 204 No Content\r\n\r\n"}, .request_end = "{\"a\":1}", .stays_open = false});
  HttpRequest request;
  request.method = "POST";
  request.target = "/db/query?level=strong";
  request.content_type = "application/json";
  request.body = "{\"a\":1}";
  const auto response = ask(server.port(), request, far_deadline());
  ASSERT_TRUE(response.ok()) << to_string(response.error());
  EXPECT_EQ(response->status, 204);
  EXPECT_EQ(response->body, "");
  const auto sent = server.received();
  EXPECT_TRUE(sent.starts_with("POST /db/query?level=strong HTTP/1.1\r\n")) << sent;
  for (const auto& line : {std::string("Host: localhost:") + std::to_string(server.port()),
                           std::string("Connection: close"), std::string("User-Agent: fleetwatch/"),
                           std::string("Content-Type: application/json"), std::string("Content-Length: 7")}) {
    EXPECT_NE(sent.find(line), std::string::npos) << line << "\n" << sent;
  }
}

TEST(LoopbackHttp, AnEmptyPostSaysThatItIsEmpty) {
  TcpServer server(
      {.pieces = {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"}, .request_end = kRequestEnd, .stays_open = false});
  HttpRequest request;
  request.method = "POST";
  EXPECT_TRUE(ask(server.port(), request, far_deadline()).ok());
  EXPECT_NE(server.received().find("Content-Length: 0"), std::string::npos) << server.received();
}

struct Answered {
  const char* name;
  std::vector<std::string> pieces;
  int status;
  std::string body;
  bool stays_open = false;
};

TEST(LoopbackHttp, ReadsAnswersOfEveryFraming) {
  const std::vector<Answered> cases = {
      {"length", {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"}, 200, "abc", true},
      {"dribbled", {"HT", "TP/1.1 200 O", "K\r\nContent-Le", "ngth: 3\r\n", "\r\na", "b", "c"}, 200, "abc", true},
      {"chunked",
       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n", "2\r\nde\r\n", "0\r\n\r\n"},
       200,
       "abcde",
       true},
      {"chunked with a trailer",
       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Stream-Error\r\n\r\n", "1\r\na\r\n",
        "0\r\nX-Stream-Error: \r\n\r\n"},
       200,
       "a",
       true},
      {"until closed", {"HTTP/1.0 200 OK\r\n\r\nabc", "def"}, 200, "abcdef"},
      {"unavailable", {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\ndown"}, 503, "down", true},
      {"no content", {"HTTP/1.1 204 No Content\r\n\r\n"}, 204, "", true},
  };
  for (const auto& one : cases) {
    TcpServer server({.pieces = one.pieces, .request_end = kRequestEnd, .stays_open = one.stays_open});
    const auto response = ask(server.port(), {}, far_deadline());
    ASSERT_TRUE(response.ok()) << one.name << ": " << to_string(response.error());
    EXPECT_EQ(response->status, one.status) << one.name;
    EXPECT_EQ(response->body, one.body) << one.name;
    EXPECT_TRUE(response->complete) << one.name;
  }
}

struct Failed {
  const char* name;
  std::vector<std::string> pieces;
  ErrorKind kind;
};

TEST(LoopbackHttp, TellsHowAnAnswerIsWrong) {
  const std::vector<Failed> cases = {
      {"another protocol", {"-ERR unknown command 'GET'\r\n"}, ErrorKind::malformed},
      {"ssh", {"SSH-2.0-OpenSSH_9.2p1\r\n"}, ErrorKind::malformed},
      {"binary", {std::string("\0\1\2\3\n", 5)}, ErrorKind::malformed},
      {"nothing", {}, ErrorKind::malformed},
      {"cut in the header", {"HTTP/1.1 200 OK\r\nContent-"}, ErrorKind::malformed},
      {"cut in the body", {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"}, ErrorKind::malformed},
      {"cut in a chunk", {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"}, ErrorKind::malformed},
      {"chunk size is no number",
       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
       ErrorKind::malformed},
      {"long by its length", {"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n01234567890"}, ErrorKind::too_large},
      {"long in chunks",
       {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "6\r\nabcdef\r\n", "6\r\nabcdef\r\n0\r\n\r\n"},
       ErrorKind::too_large},
      {"long until closed", {"HTTP/1.0 200 OK\r\n\r\n", std::string(100, 'a')}, ErrorKind::too_large},
      {"long header", {"HTTP/1.1 200 OK\r\nX-Long: ", std::string(200'000, 'a')}, ErrorKind::too_large},
      {"many headers",
       {"HTTP/1.1 200 OK\r\n",
        []() {
          std::string lines;
          for (int i = 0; i < 20'000; ++i) lines += "a: b\r\n";
          return lines;
        }()},
       ErrorKind::too_large},
  };
  for (const auto& one : cases) {
    TcpServer server({.pieces = one.pieces, .request_end = kRequestEnd, .stays_open = false});
    HttpRequest request;
    request.limit_bytes = 10;
    const auto response = ask(server.port(), request, far_deadline());
    ASSERT_FALSE(response.ok()) << one.name;
    EXPECT_EQ(response.error().kind, one.kind) << one.name << ": " << to_string(response.error());
  }
}

TEST(LoopbackHttp, NamesTheEndpointOfAnError) {
  const test::ClosedPort closed;
  HttpRequest request;
  request.target = "/status";
  const auto response = ask(closed.number(), request, far_deadline());
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(response.error().where, "localhost:" + std::to_string(closed.number()) + "/status");
}

TEST(LoopbackHttp, TriesIpv6WhenIpv4Refuses) {
  std::optional<TcpServer> server;
  try {
    server.emplace(test::Script{{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nv6"}, kRequestEnd, false}, "::1");
  } catch (const boost::system::system_error&) {
    GTEST_SKIP() << "no IPv6 loopback here";
  }
  const auto response = ask(server->port(), {}, far_deadline());
  ASSERT_TRUE(response.ok()) << to_string(response.error());
  EXPECT_EQ(response->body, "v6");
}

TEST(LoopbackHttp, ASilentServiceIsATimeout) {
  TcpServer server({.pieces = {}, .request_end = kRequestEnd, .stays_open = true});
  for (const bool keep_partial : {false, true}) {
    HttpRequest request;
    request.keep_partial = keep_partial;
    const auto response = ask(server.port(), request, short_deadline());
    ASSERT_FALSE(response.ok());
    EXPECT_EQ(response.error().kind, ErrorKind::timeout);
  }
  EXPECT_EQ(ask(server.port(), {}, test::passed_deadline()).error().kind, ErrorKind::timeout);
}

TEST(LoopbackHttp, KeepsWhatCameOfAStream) {
  TcpServer server(
      {.pieces = {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "8\r\n{\"a\":1}\n\r\n", "8\r\n{\"b"},
       .request_end = kRequestEnd,
       .stays_open = true});
  HttpRequest request;
  request.keep_partial = true;
  const auto kept = ask(server.port(), request, short_deadline());
  ASSERT_TRUE(kept.ok()) << to_string(kept.error());
  EXPECT_FALSE(kept->complete);
  EXPECT_EQ(kept->status, 200);
  EXPECT_TRUE(kept->body.starts_with("{\"a\":1}\n")) << kept->body;

  request.keep_partial = false;
  EXPECT_EQ(ask(server.port(), request, short_deadline()).error().kind, ErrorKind::timeout);
}

}  // namespace
}  // namespace fleetwatch::io
