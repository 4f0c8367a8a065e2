#include "io/tcp.hpp"

#include <gtest/gtest.h>

#include "support/loopback_server.hpp"
#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

using test::far_deadline;
using test::run_answer;
using test::TcpServer;

outside::TcpQuestion question_to(std::uint16_t port) {
  return {.address = "127.0.0.1",
          .port = port,
          .request = "PING\r\n",
          .limit_bytes = 16,
          .is_complete = [](std::string_view bytes) { return bytes.ends_with("\r\n"); }};
}

Result<std::string> ask(outside::TcpQuestion question, Deadline deadline = far_deadline()) {
  LoopbackTcp tcp;
  return run_answer(tcp.ask(std::move(question), deadline));
}

TEST(LoopbackTcp, ReadsUntilTheAnswerIsComplete) {
  TcpServer server({.pieces = {"+PO", "NG", "\r\n"}, .request_end = "PING\r\n", .stays_open = true});
  EXPECT_EQ(ask(question_to(server.port())).value_or(""), "+PONG\r\n");
  EXPECT_EQ(server.received(), "PING\r\n");
}

TEST(LoopbackTcp, TellsHowAnAnswerIsWrong) {
  struct Case {
    const char* name;
    std::vector<std::string> pieces;
    ErrorKind kind;
  };
  for (const auto& one :
       {Case{"closed at once", {}, ErrorKind::malformed}, Case{"closed early", {"+PON"}, ErrorKind::malformed},
        Case{"endless", {std::string(17, 'a')}, ErrorKind::too_large}}) {
    TcpServer server({.pieces = one.pieces, .request_end = "PING\r\n", .stays_open = false});
    const auto answer = ask(question_to(server.port()));
    ASSERT_FALSE(answer.ok()) << one.name;
    EXPECT_EQ(answer.error().kind, one.kind) << one.name;
    EXPECT_EQ(answer.error().where, "127.0.0.1:" + std::to_string(server.port()));
  }
}

TEST(LoopbackTcp, ASilentServiceIsATimeout) {
  TcpServer server({.pieces = {"+P"}, .request_end = "PING\r\n", .stays_open = true});
  EXPECT_EQ(ask(question_to(server.port()), Steady::now() + milliseconds(100)).error().kind, ErrorKind::timeout);
}

TEST(LoopbackTcp, TellsThatNothingListens) {
  const test::ClosedPort closed;
  EXPECT_EQ(ask(question_to(closed.number())).error().kind, ErrorKind::unavailable);
}

TEST(LoopbackTcp, ResolvesNoNames) {
  auto question = question_to(1);
  question.address = "localhost";
  EXPECT_EQ(ask(question).error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace fleetwatch::io
