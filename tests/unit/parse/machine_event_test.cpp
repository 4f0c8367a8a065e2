#include "parse/machine_event.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace fleetwatch::parse {
namespace {

using testing::HasSubstr;

std::string wrapped(std::string_view data) {
  return fmt::format(R"({{"specversion":"1.0","id":"i","source":"io.choria.machine","type":"t","subject":"n1",)"
                     R"("datacontenttype":"application/json","time":"2026-01-01T00:00:00Z","data":{}}})",
                     data);
}

constexpr std::string_view kTransition =
    R"({"protocol":"io.choria.machine.v1.transition","identity":"n1","id":"i","version":"1.2.3","timestamp":7,)"
    R"("machine":"m","transition":"t","from_state":"a","to_state":"b"})";
constexpr std::string_view kExecWatcher =
    R"({"protocol":"io.choria.machine.watcher.exec.v1.state","identity":"n1","id":"i","version":"1.2.3","timestamp":7,)"
    R"("type":"exec","machine":"m","name":"w","command":"./c","previous_outcome":"error","previous_run_time":1500000000})";

TEST(MachineEvent, ReadsATransition) {
  MachineEventDecoder decoder;
  const auto read = decoder.transition(wrapped(kTransition));
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, (model::MachineTransition{"n1", "m", "1.2.3", "t", "a", "b"}));
}

TEST(MachineEvent, ReadsTheStateOfAnExecWatcher) {
  MachineEventDecoder decoder;
  const auto read = decoder.exec_watcher(wrapped(kExecWatcher));
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(*read, (model::ExecWatcherState{"n1", "m", "1.2.3", "w", "error", std::chrono::milliseconds(1500)}));
}

TEST(MachineEvent, ReadsWhatIsInBase64) {
  MachineEventDecoder decoder;
  // {"protocol":"io.choria.machine.v1.transition","machine":"m"}
  const auto read = decoder.transition(
      R"({"specversion":"1.0","data_base64":"eyJwcm90b2NvbCI6ImlvLmNob3JpYS5tYWNoaW5lLnYxLnRyYW5zaXRpb24iLCJtYWNoaW5lIjoibSJ9"})");
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->machine, "m");
}

TEST(MachineEvent, MissingFieldsAreEmpty) {
  MachineEventDecoder decoder;
  const auto transition = decoder.transition(wrapped(R"({"protocol":"io.choria.machine.v1.transition"})"));
  ASSERT_TRUE(transition);
  EXPECT_EQ(*transition, model::MachineTransition());
  const auto state = decoder.exec_watcher(wrapped(R"({"name":null,"unknown":[{}]})"));
  ASSERT_TRUE(state);
  EXPECT_EQ(*state, model::ExecWatcherState());
}

TEST(MachineEvent, RefusesWhatIsNoTransition) {
  struct Case {
    std::string payload;
    const char* said;
  };
  const std::vector<Case> cases = {
      {"", "not JSON"},
      {"[]", "no CloudEvent"},
      {std::string(kTransition), "no CloudEvent"},
      {R"({"specversion":"0.3","data":{}})", "no CloudEvent"},
      {R"({"specversion":"1.0"})", "without data"},
      {wrapped("[]"), "no object"},
      {wrapped("\"text\""), "no object"},
      {wrapped("{}"), "unknown protocol"},
      {wrapped(kExecWatcher), "unknown protocol"},
      {wrapped(R"({"protocol":"io.choria.machine.v2.transition"})"), "unknown protocol"},
      {wrapped(R"({"protocol":"io.choria.machine.v1.transition","machine":7})"), "\"machine\" has the wrong type"},
      {wrapped(kTransition) + "x", "not JSON"},
  };
  MachineEventDecoder decoder;
  for (const auto& one : cases) {
    const auto read = decoder.transition(one.payload);
    ASSERT_FALSE(read) << one.payload;
    EXPECT_EQ(read.error().kind, ErrorKind::malformed);
    EXPECT_THAT(read.error().what, HasSubstr(one.said)) << one.payload;
  }
  EXPECT_TRUE(decoder.transition(wrapped(kTransition))) << "it must work on after an error";
}

TEST(MachineEvent, RefusesRunTimesThatAreNone) {
  MachineEventDecoder decoder;
  for (const auto* time : {"-1", "0.5", "1e9", "\"1\"", "18446744073709551615"}) {
    EXPECT_FALSE(decoder.exec_watcher(wrapped(fmt::format(R"({{"previous_run_time":{}}})", time)))) << time;
  }
  EXPECT_TRUE(decoder.exec_watcher(wrapped(R"({"previous_run_time":9223372036854775807})")));
}

TEST(MachineEvent, BoundsSizeAndDepth) {
  MachineEventDecoder decoder;
  const auto huge = decoder.transition(std::string(limits::kEventBytes + 1, ' '));
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().kind, ErrorKind::too_large);
  EXPECT_FALSE(decoder.exec_watcher(wrapped(std::string(100'000, '[') + std::string(100'000, ']'))));
}

TEST(MachineEvent, RepairsBytesThatAreNotUtf8) {
  MachineEventDecoder decoder;
  const auto read = decoder.exec_watcher(wrapped("{\"machine\":\"m\xFF\"}"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->machine, "m\xEF\xBF\xBD");
}

}  // namespace
}  // namespace fleetwatch::parse
