#include "parse/lifecycle.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "parse/base64.hpp"
#include "support/recorded_events.hpp"

namespace fleetwatch::parse {
namespace {

using model::EventEncoding;
using model::EventType;

constexpr std::string_view kStartup =
    R"({"protocol":"io.choria.lifecycle.v1.startup","identity":"n1","component":"c","version":"1"})";

struct Verdict {
  bool ok = false;
  EventEncoding encoding = EventEncoding::classic;
};

// What the reference library said to each recorded input.
std::map<std::string, Verdict> verdicts() {
  std::map<std::string, Verdict> found;
  const auto table = test::fixture("recordings/choria/lifecycle/malformed-decode-errors.tsv");
  for (const auto line : lines(table)) {
    const auto columns = split(line, '\t');
    if (columns.size() < 3) continue;
    found[std::string(columns[0])] = {
        columns[1] == "OK", columns[2] == "CloudEventV1Format" ? EventEncoding::cloud : EventEncoding::classic};
  }
  return found;
}

TEST(Lifecycle, JudgesEveryRecordedInputAsTheReferenceDoes) {
  // Ours: legacy names are read, and keys have one spelling.
  const std::map<std::string, bool> kOurs = {{"legacy protocol", true}};
  const auto expected = verdicts();
  LifecycleDecoder decoder;
  std::size_t compared = 0;
  for (const auto& input : test::recorded_events("malformed.jsonl")) {
    SCOPED_TRACE(input.label);
    const auto payload = input.payload_b64.empty() ? input.payload : decode_base64(input.payload_b64).value();
    const auto event = decoder.decode(payload);
    const auto ours = kOurs.find(input.label);
    const auto& verdict = expected.at(input.label);
    EXPECT_EQ(event.ok(), ours == kOurs.end() ? verdict.ok : ours->second) << (event ? "" : event.error().what);
    if (event && verdict.ok) {
      EXPECT_EQ(event->encoding, verdict.encoding);
    }
    if (!event) {
      EXPECT_FALSE(event.error().what.empty());
    }
    ++compared;
  }
  EXPECT_EQ(compared, 53U);
}

TEST(Lifecycle, ReadsEveryRecordedEvent) {
  LifecycleDecoder decoder;
  for (const auto* file : {"events-all-types.jsonl", "events-on-the-wire.jsonl"}) {
    const auto recorded = test::recorded_events(file);
    EXPECT_GE(recorded.size(), 5U);
    for (const auto& input : recorded) {
      const auto event = decoder.decode(input.payload);
      ASSERT_TRUE(event) << input.payload << ": " << event.error().what;
      const auto tokens = split(input.subject, '.');
      EXPECT_EQ(name_of(event->type), tokens.at(3));
      EXPECT_EQ(event->component, tokens.at(4));
      EXPECT_FALSE(event->identity.empty());
    }
  }
}

TEST(Lifecycle, ReadsTheFieldsOfEachType) {
  LifecycleDecoder decoder;
  const auto upgraded = decoder.decode(
      R"({"protocol":"io.choria.lifecycle.v1.upgraded","id":"i","identity":"n","component":"c","timestamp":7,"version":"1","new_version":"2"})");
  ASSERT_TRUE(upgraded);
  EXPECT_EQ(*upgraded, (model::LifecycleEvent{.type = EventType::upgraded,
                                              .id = "i",
                                              .identity = "n",
                                              .component = "c",
                                              .timestamp_unix_sec = 7,
                                              .version = "1",
                                              .new_version = "2"}));
  const auto governor = decoder.decode(
      R"({"protocol":"io.choria.lifecycle.v1.governor","governor":"G","sequence":18446744073709551615,"event_type":"exit"})");
  ASSERT_TRUE(governor);
  EXPECT_EQ(governor->sequence, 18446744073709551615U);
  EXPECT_EQ(governor->stage, "exit");
}

TEST(Lifecycle, IgnoresFieldsThatTheTypeDoesNotHave) {
  LifecycleDecoder decoder;
  const auto shutdown = decoder.decode(R"({"protocol":"io.choria.lifecycle.v1.shutdown","version":7,"governor":[]})");
  ASSERT_TRUE(shutdown);
  EXPECT_EQ(shutdown->version, "");
}

TEST(Lifecycle, RewritesLegacyNamesAndRefusesOtherShapesOfThem) {
  LifecycleDecoder decoder;
  EXPECT_TRUE(decoder.decode(R"({"protocol":"choria:lifecycle:alive:1"})"));
  for (const auto* protocol : {"choria:lifecycle:alive:2", "choria:lifecycle:alive", "choria:lifecycle:x:1"}) {
    EXPECT_FALSE(decoder.decode(fmt::format(R"({{"protocol":"{}"}})", protocol))) << protocol;
  }
}

std::string wrapped(std::string_view document) {
  return fmt::format(R"({{"specversion":"1.0","source":"io.choria.lifecycle","data":{}}})", document);
}

TEST(Lifecycle, FollowsCloudEventsOneLevelDeep) {
  LifecycleDecoder decoder;
  EXPECT_TRUE(decoder.decode(wrapped(kStartup)));
  EXPECT_TRUE(decoder.decode(wrapped(wrapped(kStartup))));
  EXPECT_FALSE(decoder.decode(wrapped(wrapped(wrapped(kStartup)))));
}

TEST(Lifecycle, BoundsDepthAndSize) {
  LifecycleDecoder decoder;
  const auto nested = [](std::size_t depth) {
    return fmt::format(R"({{"protocol":"io.choria.lifecycle.v1.startup","x":{}{}}})", std::string(depth, '['),
                       std::string(depth, ']'));
  };
  EXPECT_TRUE(decoder.decode(nested(2000)));
  EXPECT_FALSE(decoder.decode(nested(100'000)));
  const auto huge = decoder.decode(std::string(limits::kEventBytes + 1, ' '));
  ASSERT_FALSE(huge);
  EXPECT_EQ(huge.error().kind, ErrorKind::too_large);
  EXPECT_TRUE(decoder.decode(kStartup)) << "it must work on after an error";
}

TEST(Lifecycle, RepairsBytesThatAreNotUtf8) {
  LifecycleDecoder decoder;
  const auto event = decoder.decode("{\"protocol\":\"io.choria.lifecycle.v1.startup\",\"identity\":\"n\xFF\xFE\"}");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->identity, "n\xEF\xBF\xBD\xEF\xBF\xBD");
  const std::string all_bad(5000, '\xFF');
  EXPECT_TRUE(decoder.decode("{\"protocol\":\"io.choria.lifecycle.v1.startup\",\"identity\":\"" + all_bad + "\"}"));
}

TEST(Base64, DecodesBothAlphabets) {
  EXPECT_EQ(decode_base64("aGk="), "hi");
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("/+8="), "\xFF\xEF");
  EXPECT_EQ(decode_base64url("_-8"), "\xFF\xEF");
  for (const auto* text : {"aGk", "a===", "aG k", "a", "_-8="}) EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  EXPECT_EQ(decode_base64url("a"), std::nullopt);
}

}  // namespace
}  // namespace fleetwatch::parse
