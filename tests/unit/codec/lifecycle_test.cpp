#include "codec/lifecycle.hpp"

#include <gtest/gtest.h>

#include "parse/lifecycle.hpp"
#include "support/recorded_events.hpp"

namespace fleetwatch::codec {
namespace {

using model::EventEncoding;
using model::EventType;
using model::LifecycleEvent;

const LifecycleEvent kStartup = {.type = EventType::startup,
                                 .id = "6b0a3f0e",
                                 .identity = "web7.example.org",
                                 .component = "provision_mode_server",
                                 .timestamp_unix_sec = 1767225600,
                                 .version = "0.29.4"};

TEST(WriteEvent, GivesSubjectAndBytesOfEveryRecordedEvent) {
  parse::LifecycleDecoder decoder;
  for (const auto* file : {"events-all-types.jsonl", "events-on-the-wire.jsonl"}) {
    for (const auto& recorded : test::recorded_events(file)) {
      const auto event = decoder.decode(recorded.payload);
      ASSERT_TRUE(event) << recorded.payload;
      EXPECT_EQ(write_event(*event), recorded.payload);
      EXPECT_EQ(event_subject(*event).value(), recorded.subject);
    }
  }
}

TEST(WriteEvent, HasTheKeysOfTheReferenceInItsOrder) {
  EXPECT_EQ(write_event(kStartup),
            R"({"protocol":"io.choria.lifecycle.v1.startup","id":"6b0a3f0e","identity":"web7.example.org",)"
            R"("component":"provision_mode_server","timestamp":1767225600,"version":"0.29.4"})");
}

TEST(WriteEvent, WrapsTheDocumentInACloudEvent) {
  auto event = kStartup;
  event.encoding = EventEncoding::cloud;
  EXPECT_EQ(write_event(event), R"({"specversion":"1.0","id":"6b0a3f0e","source":"io.choria.lifecycle",)"
                                R"("type":"io.choria.lifecycle.v1.startup","subject":"web7.example.org",)"
                                R"("datacontenttype":"application/json","time":"2026-01-01T00:00:00Z","data":)" +
                                    write_event(kStartup) + "}");
}

TEST(WriteSeenEvent, IsOneFlatLine) {
  auto event = kStartup;
  event.encoding = EventEncoding::cloud;
  event.identity = "n1\n\x1b[2J";
  const model::SeenEvent seen{event, "choria.lifecycle.event.startup.x", "{}", 1767225600123, true};
  EXPECT_EQ(write_seen_event(seen),
            R"({"received_at":"2026-01-01T00:00:00.123Z","stored":true,"subject":"choria.lifecycle.event.startup.x",)"
            R"("type":"startup","encoding":"cloudevents","id":"6b0a3f0e","identity":"n1\n\u001b[2J",)"
            R"("component":"provision_mode_server","timestamp":1767225600,"version":"0.29.4"})");
}

TEST(WriteSeenEvent, HasTheFieldsOfAGovernor) {
  const model::SeenEvent seen{
      {.type = EventType::governor, .identity = "n1", .governor = "G", .sequence = 3, .stage = "enter"},
      "s",
      {},
      0,
      false};
  const auto line = write_seen_event(seen);
  EXPECT_NE(line.find(R"("governor":"G","sequence":3,"event_type":"enter"})"), std::string::npos) << line;
}

TEST(EventSubject, IsTypeAndComponent) {
  EXPECT_EQ(event_subject(kStartup).value(), "choria.lifecycle.event.startup.provision_mode_server");
}

TEST(EventSubject, RefusesAComponentThatIsNoPartOfASubject) {
  for (const auto* component : {"", "a b", "a\r\nPUB x", ">", "*"}) {
    auto event = kStartup;
    event.component = component;
    EXPECT_FALSE(event_subject(event)) << component;
  }
}

}  // namespace
}  // namespace fleetwatch::codec
