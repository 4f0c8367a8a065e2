#include "view/lifecycle.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::view {
namespace {

using model::EventType;
using model::LifecycleEvent;

LifecycleEvent event_of(EventType type) {
  return {.type = type, .identity = "n1", .component = "server", .version = "1", .new_version = "2"};
}

LifecycleEvent governor_event(std::string stage, std::uint64_t sequence) {
  return {
      .type = EventType::governor, .identity = "n1", .governor = "G", .sequence = sequence, .stage = std::move(stage)};
}

TEST(LifecycleText, IsThatOfTheReference) {
  EXPECT_EQ(lifecycle_text(event_of(EventType::startup)), "[startup] n1: server version 1");
  EXPECT_EQ(lifecycle_text(event_of(EventType::alive)), "[alive] n1: server version 1");
  EXPECT_EQ(lifecycle_text(event_of(EventType::upgraded)), "[upgraded] n1: server version 1 to 2");
  EXPECT_EQ(lifecycle_text(event_of(EventType::provisioned)), "[provisioned] n1: server");
  EXPECT_EQ(lifecycle_text(event_of(EventType::shutdown)), "[shutdown] n1: server");
  EXPECT_EQ(lifecycle_text(governor_event("enter", 3)), "[governor] n1: obtained slot 3 on G");
  EXPECT_EQ(lifecycle_text(governor_event("enter", 0)), "[governor] n1: obtained slot on G");
  EXPECT_EQ(lifecycle_text(governor_event("exit", 3)), "[governor] n1: vacated slot 3 on G");
  EXPECT_EQ(lifecycle_text(governor_event("exit", 0)), "[governor] n1: vacated G");
  EXPECT_EQ(lifecycle_text(governor_event("timeouts", 0)), "[governor] n1: failed to obtain a slot on G");
  EXPECT_EQ(lifecycle_text(governor_event("eviction", 3)), "[governor] n1: evicted from slot 3 on G");
  EXPECT_EQ(lifecycle_text(governor_event("eviction", 0)), "[governor] n1: evicted from G");
  EXPECT_EQ(lifecycle_text(governor_event("zzz", 3)), "[governor] n1: unknown stage on Governor G");
}

TEST(LifecycleText, KeepsHostileTextOnOneLine) {
  auto hostile = event_of(EventType::startup);
  hostile.identity = "n\x1b[2J\r\nx";
  hostile.component = "\xE2\x80\xAE";
  const auto text = lifecycle_text(hostile);
  EXPECT_EQ(text, "[startup] n\\x1b[2J\\x0d\\x0ax: \\u202e version 1");
}

}  // namespace
}  // namespace fleetwatch::view
