#include "service/gather.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <map>
#include <optional>
#include <stdexcept>

#include "support/run_task.hpp"

namespace fleetwatch::service {
namespace {

using model::FailureReason;
using outside::AskFailure;
using outside::AskResult;
using outside::RawReport;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Hang {};    // until the deadline, as a channel should
struct HangOn {};  // past the deadline, until cancelled
using Step = std::variant<RawReport, AskFailure, Hang, HangOn>;

AskFailure failure(FailureReason reason, bool again) { return {{reason, "what ssh said"}, again}; }
RawReport report(std::string name) { return {std::move(name), 1'000, 70}; }

// Answers each question of a host with its next step; the last one again and again.
class ScriptedChannel final : public outside::NodeChannel {
 public:
  std::map<std::string, std::deque<Step>> steps;
  int asked = 0;
  int most_at_once = 0;

  boost::asio::awaitable<AskResult> ask(const model::InventoryNode& node, Deadline deadline) override {
    ++asked;
    most_at_once = std::max(most_at_once, ++at_once_);
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    boost::system::error_code ignored;
    // Every question ends in a later turn of the loop, as real ones do.
    timer.expires_at(Steady::now());
    co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    auto& script = steps.at(node.host);
    const auto step = script.front();
    if (script.size() > 1) script.pop_front();
    if (std::holds_alternative<Hang>(step) || std::holds_alternative<HangOn>(step)) {
      timer.expires_at(std::holds_alternative<Hang>(step) ? deadline : Deadline::max());
      co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
      --at_once_;
      co_return failure(FailureReason::node_timeout, false);
    }
    --at_once_;
    if (const auto* raw = std::get_if<RawReport>(&step)) co_return *raw;
    co_return std::get<AskFailure>(step);
  }

 private:
  int at_once_ = 0;
};

// The hostname is the text itself; "broken" is not a report.
Result<model::NodeReport> decode(std::string_view json) {
  if (json == "bug") throw std::logic_error("a bug");
  if (json == "broken") return Error{ErrorKind::malformed, "expected a number, found text", "system.cpu_count"};
  model::NodeReport decoded;
  decoded.hostname = json;
  decoded.collect_ms = 50;
  return decoded;
}

class Gather : public ::testing::Test {
 protected:
  Gather() {
    options_.environment = "testnet";
    options_.environment_size = 5;
    options_.filtered = true;
    options_.retry_pause = milliseconds(1);
  }
  void node(const std::string& host, std::deque<Step> steps) {
    nodes_.push_back({"testnet", "ops", host, "node", "", {}, 1});
    remote_.steps[host] = std::move(steps);
  }
  Gatherer gatherer() {
    return {remote_, local_, clock_, decode,
            [this](const GatherProgress& progress) { seen_.push_back(fmt_progress(progress)); }};
  }
  model::Snapshot gather_all() {
    boost::asio::io_context loop;
    return test::run_task(loop, gather(nodes_, options_, gatherer()));
  }
  static std::string fmt_progress(const GatherProgress& progress) {
    return std::to_string(progress.done) + "/" + std::to_string(progress.total) + " " + progress.node->host +
           (progress.failure != nullptr ? " failed" : "");
  }

  SystemClock clock_;
  GatherOptions options_;
  std::vector<model::InventoryNode> nodes_;
  ScriptedChannel remote_;
  outside::NodeChannel* local_ = nullptr;
  std::vector<std::string> seen_;
};

TEST_F(Gather, BringsBackEveryNodeInInventoryOrder) {
  node("a", {report("host-a")});
  node("b", {failure(FailureReason::auth, false)});
  node("c", {report("")});
  const auto snapshot = gather_all();
  EXPECT_EQ(snapshot.environment, "testnet");
  EXPECT_EQ(snapshot.environment_size, 5U);
  EXPECT_TRUE(snapshot.filtered);
  EXPECT_GT(snapshot.collected_at_unix_ms, 0);
  ASSERT_EQ(snapshot.nodes.size(), 3U);
  EXPECT_EQ(snapshot.nodes[0].report->hostname, "host-a");
  EXPECT_EQ(snapshot.nodes[0].report->public_ip, "a");
  EXPECT_EQ(snapshot.nodes[0].arrived_unix_ms, 1'000);
  EXPECT_EQ(snapshot.nodes[0].round_trip_ms, 20);  // without the node's own work
  EXPECT_FALSE(snapshot.nodes[1].answered());
  EXPECT_EQ(snapshot.nodes[1].failure->reason, FailureReason::auth);
  EXPECT_EQ(snapshot.nodes[2].report->hostname, "c");
  EXPECT_THAT(seen_, ElementsAre("1/3 a", "2/3 b failed", "3/3 c"));
}

TEST_F(Gather, OfNothingIsEmpty) { EXPECT_TRUE(gather_all().nodes.empty()); }

TEST_F(Gather, AsksAgainOnlyAfterConnectionProblems) {
  const auto refused = failure(FailureReason::refused, true);
  node("comes back", {refused, refused, report("a")});
  node("stays away", {refused});
  node("says no", {failure(FailureReason::auth, false)});
  const auto snapshot = gather_all();
  EXPECT_TRUE(snapshot.nodes[0].answered());
  EXPECT_EQ(snapshot.nodes[0].retries, 2);
  EXPECT_EQ(snapshot.nodes[1].failure->reason, FailureReason::refused);
  EXPECT_EQ(snapshot.nodes[1].failure->text, "what ssh said");
  EXPECT_EQ(snapshot.nodes[1].retries, 3);
  EXPECT_EQ(snapshot.nodes[2].retries, 0);
  EXPECT_EQ(remote_.asked, 3 + 4 + 1);
}

TEST_F(Gather, DoesNotAskAgainWithoutTimeForIt) {
  options_.retry_pause = options_.per_node_timeout;
  node("a", {failure(FailureReason::refused, true)});
  const auto snapshot = gather_all();
  EXPECT_EQ(remote_.asked, 1);
  EXPECT_EQ(snapshot.nodes[0].failure->text, "what ssh said");
}

TEST_F(Gather, GivesANodeItsTimeOverAllAttempts) {
  options_.per_node_timeout = milliseconds(100);
  node("a", {failure(FailureReason::refused, true), Hang{}});
  node("b", {report("b")});
  const auto snapshot = gather_all();
  EXPECT_EQ(snapshot.nodes[0].failure->reason, FailureReason::node_timeout);
  EXPECT_THAT(snapshot.nodes[0].failure->text, StartsWith("timed out after 0.1 s (attempt 2): "));
  EXPECT_TRUE(snapshot.nodes[1].answered());
}

TEST_F(Gather, KeepsWhatItHasWhenTheRunIsOver) {
  options_.run_deadline = milliseconds(100);
  options_.parallel = 2;
  node("a", {report("a")});
  node("b", {Hang{}});
  node("c", {HangOn{}});
  node("d", {report("d")});
  const auto snapshot = gather_all();
  EXPECT_TRUE(snapshot.nodes[0].answered());
  EXPECT_EQ(snapshot.nodes[1].failure->reason, FailureReason::node_timeout);
  EXPECT_TRUE(snapshot.nodes[2].failure);
  EXPECT_EQ(snapshot.nodes[3].failure->reason, FailureReason::timeout);
  EXPECT_EQ(seen_.size(), 4U);
}

TEST_F(Gather, BoundsTheNodesAskedAtOnce) {
  options_.parallel = 3;
  for (int i = 0; i < 10; ++i) node("n" + std::to_string(i), {report("x")});
  const auto snapshot = gather_all();
  EXPECT_EQ(remote_.most_at_once, 3);
  EXPECT_TRUE(std::all_of(snapshot.nodes.begin(), snapshot.nodes.end(), [](auto& one) { return one.answered(); }));
}

TEST_F(Gather, SaysWhatIsWrongWithAReport) {
  node("a", {report("broken")});
  const auto snapshot = gather_all();
  EXPECT_EQ(snapshot.nodes[0].failure->reason, FailureReason::bad_report);
  EXPECT_THAT(snapshot.nodes[0].failure->text, HasSubstr("system.cpu_count: expected a number, found text: broken"));
}

TEST_F(Gather, AsksThisMachineWithoutALogin) {
  ScriptedChannel here;
  here.steps["local"] = {report("me")};
  local_ = &here;
  nodes_.push_back({"testnet", "", "local", "node", "", {}, 1});
  node("a", {report("a")});
  const auto snapshot = gather_all();
  EXPECT_EQ(snapshot.nodes[0].report->hostname, "me");
  EXPECT_EQ(here.asked, 1);
  EXPECT_EQ(remote_.asked, 1);
}

TEST_F(Gather, PassesBugsOn) {
  node("a", {report("bug")});
  node("b", {report("b")});
  EXPECT_THROW(gather_all(), std::logic_error);
}

TEST_F(Gather, EndsItsQuestionsWhenCancelled) {
  node("a", {HangOn{}});
  node("b", {report("b")});
  boost::asio::io_context loop;
  boost::asio::cancellation_signal cancel;
  std::optional<model::Snapshot> snapshot;
  boost::asio::co_spawn(loop, test::keep_value(gather(nodes_, options_, gatherer()), snapshot),
                        boost::asio::bind_cancellation_slot(cancel.slot(), [](const std::exception_ptr&) {}));
  while (seen_.empty()) loop.run_one();
  cancel.emit(boost::asio::cancellation_type::terminal);
  loop.run();
  ASSERT_TRUE(snapshot);
  EXPECT_FALSE(snapshot->nodes[0].answered());
  EXPECT_TRUE(snapshot->nodes[1].answered());
}

}  // namespace
}  // namespace fleetwatch::service
