#include "service/election_bucket.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include <simdjson.h>
#include "service/eviction.hpp"
#include "support/fake_bus.hpp"
#include "support/fixture.hpp"
#include "support/run_answer.hpp"
#include "support/run_task.hpp"

namespace fleetwatch::service {
namespace {

using outside::BusMessage;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// What a client of the reference sent, in the form of wire_text.
std::vector<std::string> recorded_requests(const std::string& file, const std::string& connection) {
  const auto text = test::fixture("recordings/choria/election/" + file);
  std::vector<std::string> requests;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    simdjson::dom::parser parser;
    simdjson::dom::element line = parser.parse(text.data() + at, end - at);
    at = end + 1;
    const auto member = [&](const char* key) {
      std::string_view value;
      return line[key].get(value) == simdjson::SUCCESS ? std::string(value) : std::string();
    };
    if (member("direction") != "client to server" || member("connection") != connection) continue;
    requests.push_back(member("subject") + "\n" + member("headers") + member("payload"));
  }
  return requests;
}

// A request as it goes over the wire, without its reply subject.
std::string wire_text(const BusMessage& message) {
  std::string text = message.subject + "\n";
  if (!message.headers.empty()) {
    text += "NATS/1.0\r\n";
    for (const auto& header : message.headers) text += header.name + ": " + header.value + "\r\n";
    text += "\r\n";
  }
  return text + message.payload;
}

BusMessage answer(std::string payload, int status = 0) {
  BusMessage message;
  message.payload = std::move(payload);
  message.status = status;
  return message;
}

const std::string kStored = R"({"stream":"KV_ELECT5","seq":41})";
const std::string kWrongSequence =
    R"({"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 40"},"stream":"KV_ELECT5","seq":0})";

// Base64 of "op1.example.net".
std::string stored_message(std::string_view subject, std::uint64_t sequence) {
  return fmt::format(
      R"({{"message":{{"subject":"{}","seq":{},"data":"b3AxLmV4YW1wbGUubmV0","time":"2026-11-21T09:27:04.764551191Z"}}}})",
      subject, sequence);
}

// Base64 of a header block with KV-Operation: DEL.
std::string stored_marker(std::string_view subject, std::uint64_t sequence) {
  return fmt::format(
      R"({{"message":{{"subject":"{}","seq":{},"hdrs":"TkFUUy8xLjANCktWLU9wZXJhdGlvbjogREVMDQoNCg==","time":"2026-11-21T09:27:04Z"}}}})",
      subject, sequence);
}

class ElectionBucketTest : public testing::Test {
 protected:
  ElectionBucketTest() {
    bus.answering = [this](const BusMessage& question) -> Result<BusMessage> {
      for (const auto& [start, payload] : answers) {
        if (question.subject.starts_with(start)) {
          if (payload == "503") return answer("", 503);
          return answer(payload);
        }
      }
      return Error{ErrorKind::timeout, "no answer"};
    };
  }

  ElectionBucket bucket(std::string name = "ELECT5") {
    return {bus, {.bucket = std::move(name), .api_prefix = "$JS.API", .patience = milliseconds(1'000)}};
  }
  std::vector<std::string> sent() const {
    std::vector<std::string> texts;
    for (const auto& asked : bus.asked) texts.push_back(wire_text(asked));
    return texts;
  }

  test::FakeBus bus;
  std::map<std::string, std::string> answers;  // by the start of the subject
};

TEST_F(ElectionBucketTest, SendsTheBytesOfTheReference) {
  answers = {{"$JS.API.STREAM.INFO.", test::fixture("recordings/choria/election/stream-info-broker-0.30.2.json")},
             {"$KV.", kStored}};
  auto election = bucket();
  boost::asio::io_context loop;
  test::run_task(loop, election.put("backup", "op1.example.net", 0));
  test::run_task(loop, election.put("backup", "op1.example.net", 1));
  EXPECT_THAT(recorded_requests("campaign-main-account.jsonl", "election backup op1.example.net"),
              testing::IsSupersetOf(sent()));

  bus.asked.clear();
  auto choria = bucket("CHORIA_LEADER_ELECTION");
  ASSERT_TRUE(test::run_answer(loop, choria.info()));
  test::run_task(loop, choria.put_marker("provisioner", std::nullopt));
  EXPECT_EQ(recorded_requests("evict-imported.jsonl", "election CHORIA_LEADER_ELECTION op.example.net"), sent());

  bus.asked.clear();
  answers["$JS.API.STREAM.MSG.GET"] = "503";
  auto direct = bucket();
  static_cast<void>(test::run_answer(loop, direct.read("backup")));
  ASSERT_EQ(2U, bus.asked.size());
  EXPECT_THAT(recorded_requests("campaign-main-account.jsonl", "election backup op2.example.net"),
              testing::Contains(sent().back()));
}

TEST_F(ElectionBucketTest, SendsTheBytesOfAProvisionerThroughItsImport) {
  answers = {{"choria.streams.$KV.", kStored}};
  ElectionBucket imported(bus, {.bucket = "CHORIA_LEADER_ELECTION", .api_prefix = "choria.streams"});
  boost::asio::io_context loop;
  test::run_task(loop, imported.put("provisioner", "prov1.example.net", 184));
  EXPECT_THAT(recorded_requests("evict-imported.jsonl", "root"), testing::Contains(sent().front()));
}

TEST_F(ElectionBucketTest, TellsWhoMayNotReadTheKeyOfItsMarker) {
  answers = {{"choria.streams.$KV.", kStored}, {"choria.streams.STREAM", "503"}, {"choria.streams.DIRECT", "503"}};
  ElectionBucket imported(bus, {.bucket = "ELECT5", .api_prefix = "choria.streams"});
  boost::asio::io_context loop;
  test::run_task(loop, imported.release("backup", 40));
  ASSERT_EQ(2U, bus.asked.size());
  EXPECT_EQ(sent()[1],
            "choria.streams.$KV.ELECT5.backup\nNATS/1.0\r\nKV-Operation: DEL\r\nFleetwatch-Released: true\r\n"
            "Fleetwatch-Marker: 41\r\nNats-Expected-Last-Subject-Sequence: 40\r\n\r\n");

  bus.asked.clear();
  const auto eviction = test::run_answer(loop, evict(imported, "backup"));
  ASSERT_TRUE(eviction);
  EXPECT_TRUE(eviction->announced);
  EXPECT_THAT(sent().back(), HasSubstr("KV-Operation: DEL\r\nFleetwatch-Marker: 41\r\n"));
}

TEST_F(ElectionBucketTest, DoesNotSayThatItToldOfAMarkerWhenNobodyAnswered) {
  answers = {{"choria.streams.$KV.", kStored}, {"choria.streams.STREAM", "503"}, {"choria.streams.DIRECT", "503"}};
  const auto plain = bus.answering;
  for (const auto& silence :
       {Result<BusMessage>(Error{ErrorKind::timeout, "no answer"}),
        Result<BusMessage>(Error{ErrorKind::unavailable, "not connected"}), Result<BusMessage>(answer("", 503))}) {
    bus.answering = [plain, silence](const BusMessage& question) -> Result<BusMessage> {
      return question.header(kMarkerHeader).empty() ? plain(question) : silence;
    };
    ElectionBucket imported(bus, {.bucket = "ELECT5", .api_prefix = "choria.streams"});
    const auto eviction = test::run_answer(evict(imported, "backup"));
    ASSERT_TRUE(eviction);
    EXPECT_FALSE(eviction->purged);
    EXPECT_FALSE(eviction->announced);
  }
}

TEST_F(ElectionBucketTest, ReadsAKeyFromTheLeaderOfTheStream) {
  answers = {{"$JS.API.STREAM.MSG.GET.KV_ELECT5", stored_message("$KV.ELECT5.backup", 7)}};
  auto election = bucket();
  const auto key = test::run_answer(election.read("backup"));
  ASSERT_TRUE(key && *key);
  EXPECT_EQ((*key)->holder, "op1.example.net");
  EXPECT_EQ((*key)->revision, 7U);
  EXPECT_EQ((*key)->written_unix_ms, 1795253224764);
  EXPECT_FALSE((*key)->marker);
  EXPECT_FALSE(election.reads_any_replica());
  EXPECT_THAT(sent(), ElementsAre("$JS.API.STREAM.MSG.GET.KV_ELECT5\n{\"last_by_subj\":\"$KV.ELECT5.backup\"}"));
}

TEST_F(ElectionBucketTest, AsksAReplicaOnlyWhereTheLeaderMayNotBeAsked) {
  auto election = bucket();
  const auto silent = test::run_answer(election.read("backup"));
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().kind, ErrorKind::timeout);
  for (const auto& asked : bus.asked) EXPECT_THAT(asked.subject, StartsWith("$JS.API.STREAM.MSG.GET"));

  answers = {{"$JS.API.STREAM.MSG.GET", "503"}};
  bus.answering = [](const BusMessage& question) -> Result<BusMessage> {
    if (!question.subject.starts_with("$JS.API.DIRECT")) return answer("", 503);
    auto found = answer("op2.example.net");
    found.headers = {{"Nats-Sequence", "9"}, {"Nats-Time-Stamp", "2026-11-21T09:27:04Z"}};
    return found;
  };
  const auto key = test::run_answer(election.read("backup"));
  ASSERT_TRUE(key && *key);
  EXPECT_EQ((*key)->holder, "op2.example.net");
  EXPECT_TRUE(election.reads_any_replica());
}

TEST_F(ElectionBucketTest, TellsRefusalsApart) {
  boost::asio::io_context loop;
  auto election = bucket();
  const auto put = [&](std::string payload) {
    answers = {{"$KV.", std::move(payload)}};
    return test::run_task(loop, election.put("backup", "op1", 3));
  };
  EXPECT_TRUE(std::holds_alternative<choria::Stored>(put(kStored)));
  EXPECT_TRUE(std::holds_alternative<choria::WrongSequence>(put(kWrongSequence)));
  EXPECT_TRUE(std::holds_alternative<choria::WrongSequence>(put(
      R"({"error":{"code":400,"err_code":10164,"description":"wrong last sequence"},"stream":"KV_ELECT5","seq":0})")));
  EXPECT_TRUE(std::holds_alternative<choria::Refused>(
      put(R"({"error":{"code":400,"err_code":10054,"description":"message size exceeds maximum allowed"}})")));
  EXPECT_TRUE(std::holds_alternative<choria::NoAnswer>(put("no json")));
}

TEST_F(ElectionBucketTest, NamesAMissingBucket) {
  answers = {{"$JS.API.STREAM.INFO", R"({"error":{"code":404,"err_code":10059,"description":"stream not found"}})"}};
  auto election = bucket();
  const auto info = test::run_answer(election.info());
  ASSERT_FALSE(info);
  EXPECT_EQ(info.error().kind, ErrorKind::not_found);
  EXPECT_THAT(to_string(info.error()), HasSubstr("ELECT5"));
}

TEST_F(ElectionBucketTest, EvictsWithAMarkerAndThenPurges) {
  answers = {{"$JS.API.STREAM.MSG.GET", stored_message("$KV.ELECT5.backup", 40)},
             {"$KV.", kStored},
             {"$JS.API.STREAM.PURGE", R"({"success":true,"purged":1})"}};
  auto election = bucket();
  const auto eviction = test::run_answer(evict(election, "backup"));
  ASSERT_TRUE(eviction);
  EXPECT_EQ(eviction->leader, "op1.example.net");
  EXPECT_TRUE(eviction->had_leader);
  EXPECT_TRUE(eviction->purged);
  ASSERT_EQ(3U, bus.asked.size());
  EXPECT_EQ(sent()[1],
            "$KV.ELECT5.backup\nNATS/1.0\r\nKV-Operation: DEL\r\nNats-Expected-Last-Subject-Sequence: 40\r\n\r\n");
  // A successor that wrote in between is not touched.
  EXPECT_EQ(sent()[2], "$JS.API.STREAM.PURGE.KV_ELECT5\n{\"filter\":\"$KV.ELECT5.backup\",\"seq\":42}");
}

TEST_F(ElectionBucketTest, SaysWhenTheKeyCouldNotBePurged) {
  answers = {{"$JS.API.STREAM.MSG.GET", stored_message("$KV.ELECT5.backup", 40)},
             {"$KV.", kStored},
             {"$JS.API.STREAM.PURGE", "503"}};
  auto election = bucket();
  const auto eviction = test::run_answer(evict(election, "backup"));
  ASSERT_TRUE(eviction);
  EXPECT_TRUE(eviction->had_leader);
  EXPECT_FALSE(eviction->purged);
  EXPECT_FALSE(eviction->why_not.empty());
}

TEST_F(ElectionBucketTest, EvictsNobodyWhereNobodyLeads) {
  answers = {{"$JS.API.STREAM.MSG.GET", R"({"error":{"code":404,"err_code":10037,"description":"no message found"}})"}};
  auto election = bucket();
  auto eviction = test::run_answer(evict(election, "backup"));
  ASSERT_TRUE(eviction);
  EXPECT_FALSE(eviction->had_leader);
  EXPECT_EQ(1U, bus.asked.size());

  answers = {{"$JS.API.STREAM.MSG.GET", stored_marker("$KV.ELECT5.backup", 8)},
             {"$JS.API.STREAM.PURGE", R"({"success":true,"purged":1})"}};
  eviction = test::run_answer(evict(election, "backup"));
  ASSERT_TRUE(eviction);
  EXPECT_FALSE(eviction->had_leader);
  EXPECT_TRUE(eviction->purged);  // the marker is gone too
}

TEST_F(ElectionBucketTest, EvictsNobodyItHasNotReadBefore) {
  answers = {{"$JS.API.STREAM.MSG.GET", stored_message("$KV.ELECT5.backup", 40)},
             {"$JS.API.STREAM.PURGE", R"({"success":true,"purged":1})"}};
  const auto plain = bus.answering;
  bus.answering = [plain](const BusMessage& question) -> Result<BusMessage> {
    if (!question.subject.starts_with("$KV.")) return plain(question);
    return answer(question.header(kExpectedSequence).empty() ? kStored : kWrongSequence);
  };
  ElectionBucket election(bus, {.bucket = "ELECT5", .patience = milliseconds(20)});
  const auto eviction = test::run_answer(evict(election, "backup"));
  ASSERT_FALSE(eviction);
  EXPECT_EQ(eviction.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(eviction.error().what, HasSubstr("faster"));
  for (const auto& asked : bus.asked) EXPECT_THAT(asked.subject, Not(StartsWith("$JS.API.STREAM.PURGE")));
}

}  // namespace
}  // namespace fleetwatch::service
