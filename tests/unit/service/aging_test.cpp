#include "service/aging.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "service/collect.hpp"
#include "support/fake_machine.hpp"
#include "support/run_answer.hpp"
#include "support/run_task.hpp"

namespace fleetwatch::service {
namespace {

using std::chrono::seconds;
using test::far_deadline;
using test::run_answer;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr std::int64_t kHourSeconds = 3600;

class Aging : public ::testing::Test {
 protected:
  void pass(milliseconds time) { fake.clock.advance_to(fake.clock.now_monotonic + time); }

  Result<outside::HttpResponse> ask(std::string method, std::uint16_t port, std::string target, std::string body = "") {
    outside::HttpRequest request;
    request.method = std::move(method);
    request.port = port;
    request.target = std::move(target);
    request.body = std::move(body);
    return run_answer(aging.machine().http.ask(std::move(request), far_deadline()));
  }
  Result<outside::HttpResponse> strong_read() { return ask("POST", 5001, "/db/query?level=strong", "SELECT 1"); }
  Result<outside::HttpResponse> peers() { return ask("GET", 9094, "/peers"); }
  Result<bool> echo(std::string address) {
    return run_answer(aging.machine().echo.reachable(std::move(address), far_deadline()));
  }
  Result<outside::Certificate> certificate(std::uint16_t port, std::string name) {
    return run_answer(aging.machine().tls.certificate(port, std::move(name), far_deadline()));
  }
  Result<std::vector<std::string>> journal(std::string unit, std::int64_t window_sec) {
    outside::JournalQuery query;
    query.unit = std::move(unit);
    query.since_unix_sec = fake.clock.unix_ms() / 1000 - window_sec;
    return run_answer(aging.machine().journal.messages(std::move(query), far_deadline()));
  }

  test::FakeMachine fake;
  outside::Machine real = fake.outside();
  AgingMachine aging{real};
};

TEST_F(Aging, AStrongReadIsAskedOnceWithinItsAgeAndAgainAfterIt) {
  fake.http.on("POST", 5001, "/db/query?level=strong", outside::HttpResponse{200, "first", true});
  EXPECT_EQ(strong_read().value().body, "first");
  fake.http.on("POST", 5001, "/db/query?level=strong", outside::HttpResponse{200, "second", true});
  pass(milliseconds{9'999});
  EXPECT_EQ(strong_read().value().body, "first");
  EXPECT_THAT(fake.http.asked, SizeIs(1));
  pass(milliseconds{1});
  EXPECT_EQ(strong_read().value().body, "second");
  EXPECT_THAT(fake.http.asked, SizeIs(2));
}

// Else an answer that is reused again and again would never be asked for anew.
TEST_F(Aging, AReusedAnswerGrowsOlder) {
  for (int i = 0; i < 5; ++i) {
    static_cast<void>(peers());
    pass(seconds{4});
  }
  EXPECT_THAT(fake.http.asked_keys(), ElementsAre("GET 9094 /peers", "GET 9094 /peers"));
}

TEST_F(Aging, AgeCountsFromTheQuestionNotFromTheAnswer) {
  fake.http.silent_ports.insert(9094);
  outside::HttpRequest request;
  request.port = 9094;
  request.target = "/peers";
  boost::asio::io_context loop;
  std::optional<Result<outside::HttpResponse>> answer;
  const auto deadline = fake.clock.monotonic() + seconds{6};
  boost::asio::co_spawn(loop, test::keep_answer(aging.machine().http.ask(request, deadline), answer),
                        boost::asio::detached);
  loop.poll();
  ASSERT_TRUE(fake.hanging.jump_to_next_deadline());
  loop.restart();
  loop.poll();
  ASSERT_TRUE(answer && !answer->ok());
  pass(seconds{4});
  fake.http.silent_ports.clear();
  EXPECT_EQ(peers().error().kind, ErrorKind::unavailable);
}

TEST_F(Aging, FailuresAreReusedToo) {
  EXPECT_EQ(strong_read().error().kind, ErrorKind::unavailable);
  fake.echo.answer = test::denied();
  EXPECT_EQ(echo("192.0.2.1").error().kind, ErrorKind::denied);
  fake.http.on("POST", 5001, "/db/query?level=strong", outside::HttpResponse{200, "well", true});
  fake.echo.answer = true;
  pass(seconds{9});
  EXPECT_EQ(strong_read().error().kind, ErrorKind::unavailable);
  EXPECT_EQ(echo("192.0.2.1").error().kind, ErrorKind::denied);
  pass(seconds{1});
  EXPECT_TRUE(strong_read());
  EXPECT_TRUE(echo("192.0.2.1"));
}

TEST_F(Aging, OtherTargetsAreNeverReused) {
  const std::vector<std::tuple<std::string, std::uint16_t, std::string>> others = {
      {"GET", 5001, "/status"},
      {"POST", 5001, "/db/query?level=none"},
      {"GET", 5001, "/db/query?level=strong"},
      {"POST", 10000, "/db/query?level=strong"},
      {"GET", 9094, "/id"},
      {"GET", 4501, "/peers"},
  };
  for (const auto& [method, port, target] : others) {
    SCOPED_TRACE(method + " " + target);
    fake.http.asked.clear();
    static_cast<void>(ask(method, port, target));
    static_cast<void>(ask(method, port, target));
    EXPECT_THAT(fake.http.asked, SizeIs(2));
  }
  EXPECT_THAT(aging.ages().oldest_sec(), IsEmpty());
}

TEST_F(Aging, AnAnswerIsNotGivenToAnotherQuestion) {
  static_cast<void>(ask("POST", 5001, "/db/query?level=strong", "one"));
  static_cast<void>(ask("POST", 5001, "/db/query?level=strong", "other"));
  EXPECT_THAT(fake.http.asked, SizeIs(2));
  static_cast<void>(echo("192.0.2.1"));
  static_cast<void>(echo("192.0.2.2"));
  EXPECT_THAT(fake.echo.asked, ElementsAre("192.0.2.1", "192.0.2.2"));
  static_cast<void>(certificate(443, "a.example"));
  static_cast<void>(certificate(443, "b.example"));
  static_cast<void>(certificate(8443, "a.example"));
  EXPECT_THAT(fake.tls.asked, ElementsAre("a.example", "b.example", "a.example"));
}

TEST_F(Aging, AJournalIsReusedThoughItsWindowMoves) {
  fake.journal.units.insert_or_assign("olric.service", std::vector<std::string>{"early"});
  EXPECT_THAT(*journal("olric.service", kHourSeconds), ElementsAre("early"));
  fake.journal.units.insert_or_assign("olric.service", std::vector<std::string>{"late", "early"});
  pass(milliseconds{9'500});
  EXPECT_THAT(*journal("olric.service", kHourSeconds), ElementsAre("early"));
  EXPECT_THAT(*journal("olric.service", kHourSeconds / 2), ElementsAre("late", "early"));
  EXPECT_THAT(*journal("coredns.service", kHourSeconds), IsEmpty());
  pass(milliseconds{500});
  EXPECT_THAT(*journal("olric.service", kHourSeconds), ElementsAre("late", "early"));
}

TEST_F(Aging, TheOldestAgeOfEveryKindIsReported) {
  static_cast<void>(certificate(443, "a.example"));
  pass(seconds{2});
  const auto ask_all = [&] {
    static_cast<void>(strong_read());
    static_cast<void>(peers());
    static_cast<void>(echo("192.0.2.1"));
    static_cast<void>(certificate(443, "b.example"));
    static_cast<void>(journal("olric.service", kHourSeconds));
    static_cast<void>(journal("", kHourSeconds));
  };
  ask_all();
  EXPECT_THAT(aging.ages().oldest_sec(), IsEmpty());
  pass(milliseconds{3'900});
  static_cast<void>(certificate(443, "a.example"));
  ask_all();
  EXPECT_THAT(aging.ages().oldest_sec(), ElementsAre(Pair("dns.tls", 5), Pair("ipfs.cluster_peers", 3),
                                                     Pair("journal.kernel", 3), Pair("journal.olric.service", 3),
                                                     Pair("network.internet", 3), Pair("rqlite.strong_read", 3)));
}

TEST_F(Aging, OnlyTheYoungestAnswersAreKept) {
  constexpr int kMost = 64;
  for (int i = 0; i <= kMost; ++i) {
    static_cast<void>(certificate(443, std::to_string(i)));
    pass(milliseconds{1});
  }
  fake.tls.asked.clear();
  static_cast<void>(certificate(443, "1"));
  static_cast<void>(certificate(443, "0"));
  EXPECT_THAT(fake.tls.asked, ElementsAre("0"));
}

TEST_F(Aging, EachReportTellsOnlyOfItsOwnReusedAnswers) {
  CollectOptions options;
  options.sections = {"network"};
  options.ages = &aging.ages();
  boost::asio::io_context loop;
  const auto report = [&] { return test::run_task(loop, collect(aging.machine(), options)); };
  EXPECT_FALSE(report().ages_sec.has_value());
  pass(seconds{7});
  const auto second = report();
  ASSERT_TRUE(second.ages_sec.has_value());
  EXPECT_THAT(*second.ages_sec, ElementsAre(Pair("network.internet", 7)));
  EXPECT_EQ(second.network->internet_reachable, true);
  pass(seconds{7});
  EXPECT_FALSE(report().ages_sec.has_value());
  EXPECT_THAT(fake.echo.asked, SizeIs(2));
}

}  // namespace
}  // namespace fleetwatch::service
