#include "io/child_process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>

#include "base/text.hpp"
#include "support/orphans.hpp"
#include "support/run_answer.hpp"

namespace fleetwatch::io {
namespace {

using Cause = ProgramEnd::Cause;

ProgramCall shell(const std::string& script) { return {{"sh", "-c", script}, {}, {}}; }

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), std::filesystem::directory_iterator());
}

class ChildProcess : public ::testing::Test {
 protected:
  // Everything is taken until `enough` was printed.
  Result<ProgramEnd> run(ProgramCall call, Deadline deadline = test::far_deadline(), const std::string& enough = {}) {
    output_.clear();
    OutputConsumer consume = [this, enough](std::string_view bytes) {
      output_ += bytes;
      return enough.empty() || output_.find(enough) == std::string::npos;
    };
    return test::run_answer(run_program(std::move(call), deadline, std::move(consume)));
  }
  void TearDown() override { EXPECT_TRUE(test::Orphans::all_gone()); }

  test::Orphans orphans_;
  std::string output_;
};

TEST_F(ChildProcess, GivesBothStreamsApartAndTheStatus) {
  const auto before = open_descriptors();
  const auto end = run(shell("echo out; echo err >&2; exit 7"));
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(output_, "out\n");
  EXPECT_EQ(end.value().standard_error, "err\n");
  EXPECT_EQ(end.value().cause, Cause::exited);
  EXPECT_EQ(end.value().exit_status, 7);
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(ChildProcess, HasNothingOnStandardInputAndNoOtherDescriptors) {
  const auto end = run(shell("cat; ls /proc/self/fd | wc -l"));
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(trim(output_), "4");  // three and the folder that is listed
}

TEST_F(ChildProcess, PassesArgumentsWithoutAShell) {
  ASSERT_TRUE(run({{"printf", "%s|", "a b", "$(id)", "'", "-x"}, {}, {}}).ok());
  EXPECT_EQ(output_, "a b|$(id)|'|-x|");
}

TEST_F(ChildProcess, ChangesTheEnvironmentOnlyWhereTold) {
  ::setenv("FLEETWATCH_TEST_KEPT", "kept", 1);
  ::setenv("FLEETWATCH_TEST_REMOVED", "removed", 1);
  auto call = shell("echo $FLEETWATCH_TEST_KEPT $FLEETWATCH_TEST_REMOVED $LC_ALL");
  call.environment = {"LC_ALL=C"};
  call.removed = {"FLEETWATCH_TEST_REMOVED"};
  ASSERT_TRUE(run(std::move(call)).ok());
  EXPECT_EQ(output_, "kept C\n");
}

TEST_F(ChildProcess, SaysWhenAProgramCannotBeStarted) {
  const auto before = open_descriptors();
  const auto end = run({{"/nonexistent/ssh"}, {}, {}});
  ASSERT_FALSE(end.ok());
  EXPECT_EQ(end.error().kind, ErrorKind::not_found);
  EXPECT_EQ(end.error().where, "/nonexistent/ssh");
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(ChildProcess, KillsTheGroupAtTheDeadline) {
  const auto end = run(shell("sleep 1000 & sleep 1000"), Steady::now() + milliseconds(50));
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().cause, Cause::deadline);
  EXPECT_FALSE(end.value().exit_status);
}

TEST_F(ChildProcess, KillsTheGroupWhenTheOutputIsEnough) {
  const auto end = run(shell("sleep 1000 & echo one; echo two; sleep 1000"), test::far_deadline(), "one");
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().cause, Cause::enough);
}

TEST_F(ChildProcess, KillsHelpersThatTheProgramLeft) {
  const auto end = run(shell("sleep 1000 & exit 3"));
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().exit_status, 3);
}

TEST_F(ChildProcess, DoesNotWaitForADaemonThatHoldsThePipes) {
  const auto end = run(
      shell("trap 'exit 3' TERM; setsid sh -c 'echo $$; kill -TERM $PPID; exec sleep 1000' & while :; do wait; done"));
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().exit_status, 3);
  const auto daemon = to_number<pid_t>(trim(output_));
  ASSERT_TRUE(daemon);
  EXPECT_EQ(::kill(*daemon, SIGKILL), 0);
}

TEST_F(ChildProcess, KnowsADeathBySignal) {
  const auto end = run(shell("kill -SEGV $$"));
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(end.value().cause, Cause::killed);
  EXPECT_FALSE(end.value().exit_status);
}

TEST_F(ChildProcess, ReadsAllOfALargeOutputAndBoundsTheDiagnosis) {
  const auto end = run(shell("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2"));
  ASSERT_TRUE(end.ok());
  EXPECT_EQ(output_.size(), 3'000'000U);
  EXPECT_EQ(end.value().standard_error.size(), limits::kDiagnosisBytes);
  EXPECT_EQ(end.value().exit_status, 0);
}

TEST_F(ChildProcess, DoesNotOutliveItsCaller) {
  const auto before = open_descriptors();
  {
    boost::asio::io_context loop;
    bool started = false;
    OutputConsumer consume = [&](std::string_view) { return started = true; };
    std::optional<Result<ProgramEnd>> end;
    auto run = run_program(shell("sleep 1000 & echo up; sleep 1000"), test::far_deadline(), std::move(consume));
    boost::asio::co_spawn(loop, test::keep_answer(std::move(run), end), boost::asio::detached);
    while (!started) loop.run_one();
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace fleetwatch::io
