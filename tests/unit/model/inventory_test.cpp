#include "model/inventory.hpp"

#include <gtest/gtest.h>

namespace fleetwatch::model {
namespace {

TEST(Secret, GoesWithItsOwner) {
  for (const std::string text : {"short", "longer than any string keeps within itself"}) {
    Secret first(text);
    Secret moved(std::move(first));
    EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): that is what it promises
    EXPECT_EQ(moved.reveal(), text);
    const Secret copy(moved);
    first = moved;
    EXPECT_EQ(first, copy);
    first = std::move(moved);
    EXPECT_TRUE(moved.empty());  // NOLINT(bugprone-use-after-move)
    EXPECT_EQ(first.reveal(), text);
    first = Secret();
    EXPECT_TRUE(first.empty());
    EXPECT_EQ(copy.reveal(), text);
  }
}

}  // namespace
}  // namespace fleetwatch::model
