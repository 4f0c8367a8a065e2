// Proves that the unit harness can fail: this run is expected to.
#include <gtest/gtest.h>

TEST(Harness, CanFail) { EXPECT_EQ(1, 2); }
