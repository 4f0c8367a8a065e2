#include "parse/nats_context.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace fleetwatch::parse {
namespace {

TEST(NatsContext, IsReadWithAllThatConcernsUs) {
  const auto context = nats_context(
      R"({"description":"lab","url":"nats://broker1:4222,nats://broker2:4222","user":"bob","password":"s3cret","token":"t",)"
      R"("creds":"/c","nkey":"/n","cert":"/cert","key":"/key","ca":"/ca","inbox_prefix":"choria.reply","jetstream_domain":1})");
  ASSERT_TRUE(context);
  const NatsContext expected{"nats://broker1:4222,nats://broker2:4222",
                             "bob",
                             model::Secret("s3cret"),
                             model::Secret("t"),
                             "/c",
                             "/n",
                             "/cert",
                             "/key",
                             "/ca",
                             "choria.reply"};
  EXPECT_EQ(*context, expected);
}

TEST(NatsContext, MembersMayBeMissing) {
  const auto context = nats_context(R"({"url":17})");
  ASSERT_TRUE(context);
  EXPECT_EQ(*context, NatsContext());
}

TEST(NatsContext, RefusesWhatIsNoObject) {
  for (const char* text : {"", "[]", "{", "\"x\""}) EXPECT_FALSE(nats_context(text)) << text;
  const auto large = nats_context("{\"url\":\"" + std::string(limits::kConfigFileBytes, 'a') + "\"}");
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::too_large);
}

TEST(NatsContext, NamesAreParts) {
  for (const char* name : {"lab", "my lab", "a.b"}) EXPECT_TRUE(valid_context_name(name)) << name;
  for (const char* name : {"", ".", "..", ".hidden", "a/b", "../x", "a\\b"})
    EXPECT_FALSE(valid_context_name(name)) << name;
  EXPECT_FALSE(valid_context_name(std::string(1000, 'a')));
}

}  // namespace
}  // namespace fleetwatch::parse
