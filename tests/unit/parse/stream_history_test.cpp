#include "parse/stream_history.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

TEST(StreamEnd, ReadsARecordedAnswer) {
  const auto end = parse_stream_end(test::fixture("recordings/choria/election/stream-info-broker-0.30.2.json"));
  ASSERT_TRUE(end.ok()) << to_string(end.error());
  EXPECT_EQ(end.value().messages, 0U);
  EXPECT_EQ(end.value().last_sequence, 0U);
}

TEST(StreamEnd, SaysSinceWhenNothingWasRemoved) {
  const auto since = [](const std::string& state) {
    const auto end = parse_stream_end(R"({"created":"1970-01-01T00:00:01Z","state":{)" + state + "}}");
    return end.ok() ? end->complete_since_unix_ms : std::optional<std::int64_t>(-1);
  };
  const std::string times = R"(,"first_ts":"1970-01-01T00:00:02Z","last_ts":"1970-01-01T00:00:03Z")";
  EXPECT_EQ(since(R"("messages":0,"first_seq":0,"last_seq":0)" + times), 1'000);
  EXPECT_EQ(since(R"("messages":9,"first_seq":1,"last_seq":9)" + times), 1'000);
  EXPECT_EQ(since(R"("messages":5,"first_seq":5,"last_seq":9)" + times), 2'000);
  EXPECT_EQ(since(R"("messages":0,"first_seq":10,"last_seq":9)" + times), 3'000);
  EXPECT_EQ(since(R"("messages":8,"first_seq":1,"last_seq":9,"num_deleted":1)" + times), std::nullopt);
  EXPECT_EQ(since(R"("messages":5,"first_seq":5,"last_seq":9,"first_ts":"never")"), std::nullopt);
  EXPECT_EQ(since(R"("messages":5,"last_seq":9)"), std::nullopt);
}

TEST(StreamEnd, TellsAStreamThatIsNotThereFromOtherErrors) {
  const auto absent = parse_stream_end(R"({"error":{"code":404,"err_code":10059,"description":"stream not found"}})");
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().kind, ErrorKind::not_found);
  EXPECT_EQ(absent.error().what, "stream not found");
  const auto off = parse_stream_end(R"({"error":{"code":503,"description":"jetstream not enabled"}})");
  ASSERT_FALSE(off.ok());
  EXPECT_EQ(off.error().kind, ErrorKind::unavailable);
}

TEST(StreamEnd, OtherAnswersAreMalformed) {
  for (const auto* json :
       {"", "[]", "{}", R"({"state":{"messages":1}})", R"({"state":{"messages":1,"last_seq":-1}})"}) {
    const auto end = parse_stream_end(json);
    ASSERT_FALSE(end.ok()) << json;
    EXPECT_EQ(end.error().kind, ErrorKind::malformed) << json;
  }
}

TEST(StreamConsumer, ReadsNameAndWhatIsToCome) {
  const auto consumer = parse_stream_consumer(R"({"stream_name":"CHORIA_EVENTS","name":"Fq0","num_pending":42})");
  ASSERT_TRUE(consumer.ok());
  EXPECT_EQ(consumer.value().name, "Fq0");
  EXPECT_EQ(consumer.value().pending, 42U);
  EXPECT_FALSE(parse_stream_consumer(R"({"name":"Fq0"})").ok());
}

TEST(Delivery, ReadsBothForms) {
  for (const auto* subject : {"$JS.ACK.CHORIA_EVENTS.Fq0.1.1042.17.1795252090123456789.5",
                              "$JS.ACK._.hash.CHORIA_EVENTS.Fq0.1.1042.17.1795252090123456789.5",
                              "$JS.ACK.hub.hash.CHORIA_EVENTS.Fq0.1.1042.17.1795252090123456789.5.random"}) {
    const auto delivery = parse_delivery(subject);
    ASSERT_TRUE(delivery) << subject;
    EXPECT_EQ(delivery->stream_sequence, 1042U);
    EXPECT_EQ(delivery->consumer_sequence, 17U);
    EXPECT_EQ(delivery->stored_unix_ms, 1'795'252'090'123);
    EXPECT_EQ(delivery->pending, 5U);
  }
}

TEST(Delivery, OtherSubjectsAreNone) {
  for (const auto* subject : {"", "_INBOX.x", "$JS.FC.CHORIA_EVENTS.Fq0.x", "$JS.ACK.S.C.1.2.3.4",
                              "$JS.ACK.S.C.1.two.3.4.5", "$JS.ACK.S.C.1.2.3.4.5.6"}) {
    EXPECT_FALSE(parse_delivery(subject)) << subject;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
