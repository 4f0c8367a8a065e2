#include "base/wipe.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace fleetwatch {
namespace {

TEST(Wipe, LeavesNothingBehind) {
  for (const std::size_t size : {0U, 1U, 7U, 15U, 16U, 5000U}) {
    std::string text(size, 'x');
    wipe(text);
    EXPECT_TRUE(text.empty());
    // All of it still belongs to the string.
    EXPECT_EQ(std::count(text.data(), text.data() + text.capacity(), 'x'), 0) << size;
  }
}

TEST(Wipe, AlsoTakesWhatWasThereBefore) {
  std::string text(100, 'x');
  text.resize(3);
  wipe(text);
  EXPECT_EQ(std::count(text.data(), text.data() + text.capacity(), 'x'), 0);
}

}  // namespace
}  // namespace fleetwatch
