#include "service/watch_machines.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "support/fake_bus.hpp"
#include "support/run_task.hpp"

namespace fleetwatch::service {
namespace {

using outside::BusMessage;
using outside::BusNotice;
using testing::ElementsAre;

class Watcher final : public MachineWatcher {
 public:
  std::vector<std::string> seen;

  void saw(const model::MachineTransition& transition) override {
    seen.push_back(fmt::format("{}: {} to {}", transition.machine, transition.from, transition.to));
  }
  void saw(const model::ExecWatcherState& state) override {
    seen.push_back(fmt::format("{}: {}", state.watcher, state.outcome));
  }
  void saw_undecodable_transition() override { seen.emplace_back("no transition"); }
  void saw_undecodable_exec_watcher() override { seen.emplace_back("no state"); }
};

BusMessage message(std::string_view data) {
  BusMessage made;
  made.payload = fmt::format(R"({{"specversion":"1.0","source":"io.choria.machine","data":{}}})", data);
  return made;
}

class WatchMachines : public testing::Test {
 protected:
  test::FakeBus bus_;
  Watcher watcher_;
  std::uint64_t dropped_ = 0;
  SystemClock clock_;

  void live(std::vector<BusMessage> messages, std::uint64_t dropped = 0) {
    bus_.batches.push_back({std::move(messages), {}, dropped});
  }
  // The watching ends with that.
  void refuse(const char* subject) {
    bus_.batches.push_back({{}, {{BusNotice::Kind::refused, "Permissions Violation for Publish to \"x\""}}, 7});
    bus_.batches.push_back(
        {{}, {{BusNotice::Kind::refused, fmt::format("Permissions Violation for \"{}\"", subject)}}, 7});
  }
};

TEST_F(WatchMachines, TellsTransitionsAndWhatIsNone) {
  live({message(R"({"protocol":"io.choria.machine.v1.transition","machine":"m","from_state":"a","to_state":"b"})"),
        message("{}")});
  live({BusMessage()});
  refuse(model::kTransitionSubject);
  boost::asio::io_context loop;
  const auto ended = test::run_task(loop, watch_transitions(bus_, clock_, watcher_, dropped_));
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().kind, ErrorKind::denied);
  EXPECT_EQ(ended.error().where, model::kTransitionSubject);
  EXPECT_THAT(bus_.subscribed, ElementsAre("choria.machine.transition"));
  EXPECT_THAT(watcher_.seen, ElementsAre("m: a to b", "no transition", "no transition"));
  EXPECT_EQ(dropped_, 7U);
}

TEST_F(WatchMachines, TellsStatesOfWatchersAndWhatIsNone) {
  live({message(R"({"name":"w","previous_outcome":"success"})"), message("[]")});
  refuse(model::kExecWatcherSubject);
  boost::asio::io_context loop;
  const auto ended = test::run_task(loop, watch_exec_watchers(bus_, clock_, watcher_, dropped_));
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().where, model::kExecWatcherSubject);
  EXPECT_THAT(bus_.subscribed, ElementsAre("choria.machine.watcher.exec.state"));
  EXPECT_THAT(watcher_.seen, ElementsAre("w: success", "no state"));
}

}  // namespace
}  // namespace fleetwatch::service
