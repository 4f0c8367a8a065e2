#include "io/handshake_limiter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

using ::testing::ElementsAre;

class Limiter : public ::testing::Test {
 protected:
  // Asks for a place and holds it until `leave`.
  void enter(const std::string& name, const std::string& jump_host, Deadline deadline = test::far_deadline()) {
    boost::asio::co_spawn(loop_, hold(name, jump_host, deadline), boost::asio::detached);
    settle();
  }
  void leave(const std::string& name) {
    for (auto place = places_.begin(); place != places_.end(); ++place) {
      if (place->first != name) continue;
      places_.erase(place);
      break;
    }
    settle();
  }
  std::vector<std::string> inside() const {
    std::vector<std::string> names;
    for (const auto& [name, slot] : places_) names.push_back(name);
    return names;
  }
  void settle() {
    loop_.restart();
    loop_.poll();
  }

  boost::asio::io_context loop_;
  HandshakeLimiter limiter_{{4, 2, 1}};
  std::vector<std::pair<std::string, HandshakeLimiter::Slot>> places_;
  std::vector<std::string> refused_;

 private:
  boost::asio::awaitable<void> hold(std::string name, std::string jump_host, Deadline deadline) {
    auto slot = co_await limiter_.acquire(name, jump_host, deadline);
    if (slot) {
      places_.emplace_back(name, std::move(*slot));
    } else {
      refused_.push_back(name);
    }
  }
};

TEST_F(Limiter, LetsOneInPerTarget) {
  enter("a", "");
  enter("a", "");
  enter("b", "");
  EXPECT_THAT(inside(), ElementsAre("a", "b"));
  leave("a");
  EXPECT_THAT(inside(), ElementsAre("b", "a"));
}

TEST_F(Limiter, BoundsWhatGoesThroughOneJumpHost) {
  enter("a", "jump");
  enter("b", "jump");
  enter("c", "jump");
  enter("d", "other");
  EXPECT_THAT(inside(), ElementsAre("a", "b", "d"));
  leave("b");
  EXPECT_THAT(inside(), ElementsAre("a", "d", "c"));
}

TEST_F(Limiter, BoundsTheWholeInOrder) {
  for (const auto* name : {"a", "b", "c", "d", "e", "f"}) enter(name, "");
  EXPECT_THAT(inside(), ElementsAre("a", "b", "c", "d"));
  leave("c");
  EXPECT_THAT(inside(), ElementsAre("a", "b", "d", "e"));
  leave("a");
  EXPECT_THAT(inside(), ElementsAre("b", "d", "e", "f"));
}

TEST_F(Limiter, GivesUpAtTheDeadline) {
  enter("a", "");
  enter("a", "", Steady::now());
  loop_.run_for(std::chrono::seconds(10));
  EXPECT_THAT(refused_, ElementsAre("a"));
  leave("a");
  EXPECT_THAT(inside(), ElementsAre());
  enter("a", "");
  EXPECT_THAT(inside(), ElementsAre("a"));
}

TEST_F(Limiter, IsFreeAgainAfterAll) {
  for (int round = 0; round < 3; ++round) {
    for (const auto* name : {"a", "b", "a"}) enter(name, "jump");
    EXPECT_THAT(inside(), ElementsAre("a", "b"));
    for (const auto* name : {"a", "b", "a"}) leave(name);
    EXPECT_THAT(inside(), ElementsAre());
  }
}

// Fewer places than coroutines when the loop goes: waiters and holders give back in any order.
TEST(LimiterEnd, SurvivesTheLoop) {
  HandshakeLimiter limiter({1, 1, 1});
  boost::asio::io_context loop;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(
        loop,
        [&limiter]() -> boost::asio::awaitable<void> {
          auto slot = co_await limiter.acquire("a", "j", test::far_deadline());
          auto never = co_await limiter.acquire("a", "j", test::far_deadline());
        },
        boost::asio::detached);
  }
  loop.poll();
}

}  // namespace
}  // namespace fleetwatch::io
