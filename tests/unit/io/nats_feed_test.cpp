#include "io/nats_feed.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include "support/run_task.hpp"

namespace fleetwatch::io {
namespace {

class NatsFeedTest : public testing::Test {
 protected:
  void put(int count, const std::string& payload = "x") {
    for (int index = 0; index < count; ++index) {
      outside::BusMessage message;
      message.payload = payload;
      feed_.put(std::move(message));
    }
  }
  // What is there; does not wait.
  outside::BusBatch take() { return test::run_task(loop_, feed_.take(Steady::now())); }

  boost::asio::io_context loop_{1};
  NatsFeed feed_{"many", {.messages = 10, .bytes = 100'000}};
};

TEST_F(NatsFeedTest, KeepsTheOldestAndCountsTheRest) {
  put(25);
  const auto batch = take();
  EXPECT_EQ(batch.messages.size(), 10U);
  EXPECT_EQ(batch.dropped, 15U);
  ASSERT_EQ(batch.notices.size(), 1U);
  EXPECT_EQ(batch.notices[0].kind, outside::BusNotice::Kind::slow);
}

TEST_F(NatsFeedTest, HasRoomAgainWhenItWasTaken) {
  put(11);
  take();
  put(10);
  const auto batch = take();
  EXPECT_EQ(batch.messages.size(), 10U);
  EXPECT_EQ(batch.dropped, 1U);
  EXPECT_TRUE(batch.notices.empty());
}

TEST_F(NatsFeedTest, BytesAreALimitToo) {
  put(3, std::string(45'000, 'x'));
  const auto batch = take();
  EXPECT_EQ(batch.messages.size(), 2U);
  EXPECT_EQ(batch.dropped, 1U);
}

TEST_F(NatsFeedTest, SaysOnlyWhenMoreWasDropped) {
  feed_.set_library_dropped(3);
  EXPECT_EQ(take().notices.size(), 1U);
  feed_.set_library_dropped(3);
  EXPECT_TRUE(take().notices.empty());
  feed_.set_library_dropped(4);
  const auto batch = take();
  EXPECT_EQ(batch.notices.size(), 1U);
  EXPECT_EQ(batch.dropped, 4U);
}

TEST_F(NatsFeedTest, WhatTheLibraryDroppedCountsOverAllSessions) {
  feed_.set_library_dropped(3);
  feed_.session_ended();
  feed_.set_library_dropped(2);
  EXPECT_EQ(take().dropped, 5U);
}

}  // namespace
}  // namespace fleetwatch::io
