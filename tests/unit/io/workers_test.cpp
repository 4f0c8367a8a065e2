#include "io/workers.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

using test::far_deadline;
using test::run_answer;

// Threads stand at it until it opens; opens at the end of the test at the latest.
class Gate {
 public:
  ~Gate() { open(); }
  void open() {
    if (!opened_) opening_.set_value();
    opened_ = true;
  }
  std::shared_future<void> passage() const { return passage_; }

 private:
  bool opened_ = false;
  std::promise<void> opening_;
  std::shared_future<void> passage_ = opening_.get_future().share();
};

auto waiting_at(const Gate& gate) {
  return [passage = gate.passage()]() -> Result<int> {
    passage.wait();
    return 1;
  };
}

TEST(Workers, GivesTheResultFromAnotherThread) {
  Workers workers;
  auto work = []() -> Result<std::thread::id> { return std::this_thread::get_id(); };
  const auto result = run_answer(workers.run(work, far_deadline()));
  ASSERT_TRUE(result.ok());
  EXPECT_NE(*result, std::this_thread::get_id());
}

TEST(Workers, GivesErrorsAsTheyAre) {
  Workers workers;
  auto work = []() -> Result<int> { return Error{ErrorKind::denied, "no", "/x"}; };
  const auto result = run_answer(workers.run(work, far_deadline()));
  EXPECT_EQ(result.error().kind, ErrorKind::denied);
  EXPECT_EQ(result.error().where, "/x");
}

TEST(Workers, TurnsAnExceptionIntoCrashed) {
  Workers workers;
  auto work = []() -> Result<int> { throw std::runtime_error("a bug"); };
  const auto result = run_answer(workers.run(work, far_deadline()));
  EXPECT_EQ(result.error().kind, ErrorKind::crashed);
  EXPECT_EQ(result.error().what, "a bug");
}

TEST(Workers, LeavesAStuckFunctionBehindAtTheDeadline) {
  Workers workers;
  Gate gate;
  const auto result = run_answer(workers.run(waiting_at(gate), test::passed_deadline()));
  EXPECT_EQ(result.error().kind, ErrorKind::timeout);
}

// Leaves a thread behind in a function that does not end before the gate opens.
void leave_stuck(Workers& workers, const Gate& gate) {
  const auto started = std::make_shared<std::promise<void>>();
  auto work = [passage = gate.passage(), started]() -> Result<int> {
    started->set_value();
    passage.wait();
    return 1;
  };
  std::optional<Result<int>> result;
  boost::asio::io_context loop;  // its end is the end of all who wait in it
  boost::asio::co_spawn(loop, test::keep_answer(workers.run(work, far_deadline()), result), boost::asio::detached);
  loop.poll();
  started->get_future().wait();
}

TEST(Workers, GrowsWhileThreadsAreStuck) {
  Workers workers(1, 3);
  Gate gate;
  auto quick = []() -> Result<int> { return 2; };
  for (int stuck = 0; stuck < 2; ++stuck) {
    leave_stuck(workers, gate);
    EXPECT_EQ(run_answer(workers.run(quick, far_deadline())).value_or(0), 2) << stuck;
  }
  leave_stuck(workers, gate);
  // All three are stuck now: what comes next waits in vain, and goes on when the gate opens.
  EXPECT_EQ(run_answer(workers.run(quick, test::passed_deadline())).error().kind, ErrorKind::timeout);
  gate.open();
  EXPECT_EQ(run_answer(workers.run(quick, far_deadline())).value_or(0), 2);
}

TEST(Workers, AnswersManyCallersAtOnce) {
  Workers workers;
  boost::asio::io_context loop;
  std::vector<int> answers(200, -1);
  for (int i = 0; i < 200; ++i) {
    boost::asio::co_spawn(
        loop,
        [&workers, &answers, i]() -> boost::asio::awaitable<void> {
          auto work = [i]() -> Result<int> { return i; };
          const auto result = co_await workers.run(work, far_deadline());
          answers[static_cast<std::size_t>(i)] = result.ok() ? *result : -2;
        },
        boost::asio::detached);
  }
  loop.run();
  for (int i = 0; i < 200; ++i) EXPECT_EQ(answers[static_cast<std::size_t>(i)], i);
}

TEST(Workers, MayOutliveTheLoopAndThePool) {
  Gate gate;
  const auto started = std::make_shared<std::promise<void>>();
  const auto ended = std::make_shared<std::promise<void>>();
  {
    Workers workers;
    std::optional<Result<int>> result;
    boost::asio::io_context loop;
    auto work = [passage = gate.passage(), started, ended]() -> Result<int> {
      started->set_value();
      passage.wait();
      ended->set_value();
      return 3;
    };
    boost::asio::co_spawn(loop, test::keep_answer(workers.run(work, far_deadline()), result), boost::asio::detached);
    loop.poll();
    started->get_future().wait();
  }
  gate.open();
  ended->get_future().wait();
}

}  // namespace
}  // namespace fleetwatch::io
