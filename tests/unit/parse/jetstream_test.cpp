#include "parse/jetstream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string recorded(const std::string& file) { return test::fixture("recordings/choria/election/" + file); }

TEST(StreamInfo, OfARecordedElectionBucket) {
  const auto info = parse_stream_info(recorded("stream-info-broker-0.30.2.json"));
  ASSERT_TRUE(info.ok());
  EXPECT_FALSE(info->error);
  EXPECT_EQ(info->name, "KV_CHORIA_LEADER_ELECTION");
  EXPECT_THAT(info->subjects, ElementsAre("$KV.CHORIA_LEADER_ELECTION.>"));
  EXPECT_EQ(info->max_age_ns, 60'000'000'000);
  EXPECT_EQ(info->max_msgs_per_subject, 1);
  EXPECT_EQ(info->max_msg_bytes, 1024);
  EXPECT_TRUE(info->deny_delete);
  EXPECT_EQ(info->description, "Choria Leader Election Bucket");
  EXPECT_EQ(info->storage, "file");
  EXPECT_EQ(info->num_replicas, 1);
  EXPECT_TRUE(info->allow_direct);
  EXPECT_EQ(info->created.substr(0, 19), "2026-11-21T09:03:19");
  EXPECT_TRUE(info->clustered);
  EXPECT_EQ(info->leader, "broker1.example.net");
}

TEST(StreamInfo, OfAServerWithoutCluster) {
  const auto info = parse_stream_info(recorded("stream-info-natscli-on-debian-2.9.10.json"));
  ASSERT_TRUE(info.ok());
  EXPECT_FALSE(info->clustered);
  EXPECT_EQ(info->messages, 0U);
}

TEST(StreamInfo, WithReplicasAndStoredSubjects) {
  const auto info = parse_stream_info(R"({"total":3,"config":{"name":"KV_X"},"state":{"messages":2,
      "subjects":{"$KV.X.a":1,"$KV.X.b":1}},"cluster":{"leader":"n1","replicas":[{"name":"n2","current":true,"active":1},
      {"name":"n3","current":false,"offline":true,"lag":7}]}})");
  ASSERT_TRUE(info.ok());
  EXPECT_THAT(info->stored_subjects, ElementsAre("$KV.X.a", "$KV.X.b"));
  EXPECT_EQ(info->all_stored_subjects, 3U);
  ASSERT_EQ(info->replicas.size(), 2U);
  EXPECT_FALSE(info->replicas[0].offline);
  EXPECT_TRUE(info->replicas[0].current.value_or(false));
  EXPECT_TRUE(info->replicas[1].offline.value_or(false));
  EXPECT_EQ(info->replicas[1].lag, 7U);
}

TEST(StreamInfo, ErrorIsAnAnswer) {
  const auto info = parse_stream_info(R"({"error":{"code":404,"err_code":10059,"description":"stream not found"}})");
  ASSERT_TRUE(info.ok());
  ASSERT_TRUE(info->error);
  EXPECT_EQ(info->error->err_code, kNoSuchStream);
  EXPECT_EQ(info->error->description, "stream not found");
}

TEST(StreamInfo, AnythingElseIsMalformed) {
  for (const auto* text : {"", "[]", "{}", R"({"config":{}})", R"({"config":{"name":7}})", "{"}) {
    EXPECT_FALSE(parse_stream_info(text).ok()) << text;
  }
}

TEST(PublishAck, BothSpellingsOfTheServers) {
  for (const auto* text :
       {R"({"stream":"KV_CHORIA_LEADER_ELECTION","seq":41})", R"({"stream":"KV_CHORIA_LEADER_ELECTION", "seq":41})",
        R"({"stream":"KV_X","domain":"hub","seq":41,"duplicate":true})"}) {
    const auto ack = parse_publish_ack(text);
    ASSERT_TRUE(ack.ok()) << text;
    EXPECT_FALSE(ack->error);
    EXPECT_EQ(ack->sequence, 41U);
  }
}

TEST(PublishAck, WrongSequence) {
  const auto ack = parse_publish_ack(
      R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 85"},"stream":"KV_X","seq":0})");
  ASSERT_TRUE(ack.ok());
  ASSERT_TRUE(ack->error);
  EXPECT_EQ(ack->error->err_code, kWrongLastSequence);
}

TEST(PublishAck, WithoutSequenceIsMalformed) {
  for (const auto* text : {"", "{}", R"({"stream":"KV_X","seq":0})", R"({"stream":"KV_X","seq":-1})"}) {
    EXPECT_FALSE(parse_publish_ack(text).ok()) << text;
  }
}

TEST(Purge, DoneOrRefused) {
  const auto done = parse_purge_answer(R"({"success":true,"purged":1})");
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done->purged, 1U);
  const auto refused = parse_purge_answer(R"({"error":{"code":500,"description":"stream purge not permitted"}})");
  ASSERT_TRUE(refused.ok());
  EXPECT_TRUE(refused->error);
  EXPECT_FALSE(parse_purge_answer(R"({"success":false})").ok());
}

TEST(StoredMessage, ValueWithHeaders) {
  // hdrs: "NATS/1.0\r\nNats-Expected-Last-Subject-Sequence: 40\r\n\r\n", data: "prov1.example.net"
  const auto stored =
      parse_stored_message(R"({"message":{"subject":"$KV.X.a","seq":41,"data":"cHJvdjEuZXhhbXBsZS5uZXQ=",)"
                           R"("hdrs":"TkFUUy8xLjANCk5hdHMtRXhwZWN0ZWQtTGFzdC1TdWJqZWN0LVNlcXVlbmNlOiA0MA0KDQo=",)"
                           R"("time":"2026-11-21T09:25:12.380283539Z"}})");
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored->sequence, 41U);
  EXPECT_EQ(stored->payload, "prov1.example.net");
  EXPECT_EQ(stored->time, "2026-11-21T09:25:12.380283539Z");
  EXPECT_THAT(stored->headers, ElementsAre(Pair("Nats-Expected-Last-Subject-Sequence", "40")));
}

TEST(StoredMessage, MissingMalformedAndTooLarge) {
  const auto missing = parse_stored_message(R"({"error":{"code":404,"err_code":10037,"description":"no message"}})");
  ASSERT_TRUE(missing.ok());
  EXPECT_EQ(missing->error->err_code, kNoSuchMessage);
  EXPECT_FALSE(parse_stored_message(R"({"message":{"subject":"a"}})").ok());
  EXPECT_FALSE(parse_stored_message(R"({"message":{"seq":1,"data":"!"}})").ok());
  const auto large = parse_stored_message(R"({"message":{"seq":1,"data":")" + std::string(8000, 'A') + R"("}})");
  ASSERT_FALSE(large.ok());
  EXPECT_EQ(large.error().kind, ErrorKind::too_large);
}

TEST(Headers, LinesThatAreNoneAreLeftOut) {
  EXPECT_THAT(parse_headers("NATS/1.0 404 Message: Not Found\r\n\r\n"), ElementsAre());
  EXPECT_THAT(parse_headers("NATS/1.0\r\nKV-Operation: DEL\r\nnothing\r\n: x\r\n\r\n"),
              ElementsAre(Pair("KV-Operation", "DEL")));
  EXPECT_THAT(parse_headers(""), ElementsAre());
}

TEST(StreamNames, OnePage) {
  const auto names = parse_stream_names(R"({"total":2,"offset":0,"limit":1024,"streams":["KV_A","KV_B"]})");
  ASSERT_TRUE(names.ok());
  EXPECT_THAT(names->names, ElementsAre("KV_A", "KV_B"));
  EXPECT_EQ(names->total, 2U);
  const auto none = parse_stream_names(R"({"total":0,"offset":0,"limit":1024,"streams":null})");
  ASSERT_TRUE(none.ok());
  EXPECT_TRUE(none->names.empty());
}

}  // namespace
}  // namespace fleetwatch::parse
