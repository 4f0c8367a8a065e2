#include "base/result.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace fleetwatch {
namespace {

TEST(Result, HoldsAValue) {
  Result<std::string> result(std::string("yes"));
  EXPECT_TRUE(result.ok());
  EXPECT_TRUE(static_cast<bool>(result));
  EXPECT_EQ(*result, "yes");
  EXPECT_EQ(result->size(), 3U);
  EXPECT_EQ(result.value_or("no"), "yes");
}

TEST(Result, HoldsAnError) {
  const Result<int> result(Error{.kind = ErrorKind::denied, .what = "not allowed"});
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.error().kind, ErrorKind::denied);
  EXPECT_EQ(result.error().what, "not allowed");
  EXPECT_EQ(result.value_or(7), 7);
}

TEST(Result, MovesWhatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 5);
}

TEST(Result, MayHoldAnErrorAsValue) {
  const Result<std::string> text(std::string("an error's text"));
  EXPECT_TRUE(text.ok());
}

TEST(ResultOfNothing, IsGoodUnlessToldOtherwise) {
  EXPECT_TRUE(Result<void>().ok());
  const Result<void> failed(Error{.kind = ErrorKind::output, .what = "disk full"});
  EXPECT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "disk full");
}

TEST(ErrorText, NamesThePlaceFirst) {
  EXPECT_EQ(to_string(Error{.what = "no route"}), "no route");
  EXPECT_EQ(to_string(Error{.what = "expected 3 fields", .where = "nodes.conf:7"}), "nodes.conf:7: expected 3 fields");
}

TEST(ReportWord, IsOneOfFiveForEveryKind) {
  const std::pair<ErrorKind, std::string_view> cases[] = {
      {ErrorKind::timeout, "timeout"},     {ErrorKind::denied, "denied"},     {ErrorKind::unavailable, "unavailable"},
      {ErrorKind::malformed, "malformed"}, {ErrorKind::crashed, "crashed"},   {ErrorKind::not_found, "unavailable"},
      {ErrorKind::too_large, "malformed"}, {ErrorKind::usage, "unavailable"}, {ErrorKind::input, "malformed"},
      {ErrorKind::output, "unavailable"},
  };
  for (const auto& [kind, word] : cases) EXPECT_EQ(report_word(kind), word);
}

}  // namespace
}  // namespace fleetwatch
