#include "parse/json_access.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace fleetwatch::parse {
namespace {

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonAccess, RefusesWhatIsNoJson) {
  const std::string cases[] = {"", " ", "not json", "{", "{\"a\":}", "{} {}", "\xff\xfe", "[1,]", nested(100'000)};
  for (const auto& text : cases) {
    JsonReader reader;
    const auto root = reader.read(text);
    ASSERT_FALSE(root.ok()) << text.substr(0, 20);
    EXPECT_EQ(root.error().kind, ErrorKind::malformed) << text.substr(0, 20);
  }
}

TEST(JsonAccess, HasADepthLimit) {
  JsonReader reader;
  EXPECT_TRUE(reader.read(nested(limits::kJsonDepth - 1)).ok());
  EXPECT_FALSE(reader.read(nested(limits::kJsonDepth + 1)).ok());
}

TEST(JsonAccess, KeepsItsDepthLimitForLongerTexts) {
  JsonReader reader;
  ASSERT_TRUE(reader.read("1").ok());
  EXPECT_FALSE(reader.read(nested(500)).ok());
}

TEST(JsonAccess, AnObjectIsDemanded) {
  JsonReader reader;
  EXPECT_TRUE(reader.read_object("{}").ok());
  for (const auto* text : {"[]", "1", "null", "\"text\""}) EXPECT_FALSE(reader.read_object(text).ok()) << text;
}

TEST(JsonAccess, NumbersMayBeText) {
  JsonReader reader;
  const auto root =
      reader.read(R"({"n":42,"t":"42","big":18446744073709551615,"minus":-1,"part":1.5,"word":"x42","blank":" 42"})");
  ASSERT_TRUE(root.ok());
  const Json json = root.value();
  EXPECT_EQ(json.at("n").unsigned_integer(), 42U);
  EXPECT_EQ(json.at("t").unsigned_integer(), 42U);
  EXPECT_EQ(json.at("t").integer(), 42);
  EXPECT_EQ(json.at("big").unsigned_integer(), 18446744073709551615U);
  EXPECT_EQ(json.at("big").integer(), std::nullopt);
  EXPECT_EQ(json.at("minus").integer(), -1);
  EXPECT_EQ(json.at("minus").unsigned_integer(), std::nullopt);
  EXPECT_EQ(json.at("part").number(), 1.5);
  EXPECT_EQ(json.at("part").integer(), std::nullopt);
  EXPECT_EQ(json.at("word").integer(), std::nullopt);
  EXPECT_EQ(json.at("blank").integer(), std::nullopt);
}

TEST(JsonAccess, AWrongTypeIsNothing) {
  JsonReader reader;
  const auto root = reader.read(R"({"list":[1],"text":"a","yes":"true","null":null})");
  ASSERT_TRUE(root.ok());
  const Json json = root.value();
  EXPECT_FALSE(json.at("text").at("deeper").exists());
  EXPECT_FALSE(json.at({"list", "0"}).exists());
  EXPECT_EQ(json.at("list").text(), std::nullopt);
  EXPECT_EQ(json.at("text").boolean(), std::nullopt);
  EXPECT_EQ(json.at("yes").boolean(), true);
  EXPECT_TRUE(json.at("null").is_null());
  EXPECT_TRUE(json.at("text").items().empty());
  EXPECT_TRUE(json.at("list").members().empty());
  EXPECT_FALSE(Json().is_object());
}

TEST(JsonAccess, LongTextIsNothing) {
  JsonReader reader;
  const auto text = '"' + std::string(limits::kTextBytes + 1, 'a') + '"';
  const auto root = reader.read(text);
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root.value().text(), std::nullopt);
  EXPECT_TRUE(root.value().has_text());
}

}  // namespace
}  // namespace fleetwatch::parse
