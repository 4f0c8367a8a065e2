#include "service/election_list.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "support/fake_bus.hpp"
#include "support/fixture.hpp"
#include "support/run_answer.hpp"

namespace fleetwatch::service {
namespace {

using outside::BusMessage;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

BusMessage answer(std::string payload, int status = 0) {
  BusMessage message;
  message.payload = std::move(payload);
  message.status = status;
  return message;
}

const std::string kMade = R"("max_msg_size":1024,"deny_delete":true,"max_msgs_per_subject":1,"max_age":60000000000)";
const std::string kApplication =
    R"("max_msg_size":-1,"deny_delete":true,"max_msgs_per_subject":1,"max_age":60000000000)";

std::string info(const std::string& stream, const std::string& config, const std::string& keys) {
  return fmt::format(R"({{"config":{{"name":"{}",{}}},"state":{{"messages":1,"subjects":{{{}}}}},"total":1}})", stream,
                     config, keys);
}

std::string value(std::string_view base64) {
  return fmt::format(R"({{"message":{{"subject":"s","seq":7,"data":"{}","time":"2026-11-21T09:27:04Z"}}}})", base64);
}

class ElectionListTest : public testing::Test {
 protected:
  ElectionListTest() {
    bus.answering = [this](const BusMessage& question) -> Result<BusMessage> {
      for (const auto& [start, payload] : answers) {
        if ((question.subject + " " + question.payload).starts_with(start)) return answer(payload);
      }
      return Error{ErrorKind::timeout, "no answer"};
    };
  }

  Result<ElectionList> list(Deadline until = test::far_deadline()) {
    const SystemClock clock;
    return test::run_answer(list_elections(bus, {.patience = milliseconds(1'000), .until = until}, clock));
  }
  bool was_asked(std::string_view subject) const {
    return std::any_of(bus.asked.begin(), bus.asked.end(), [&](const auto& one) { return one.subject == subject; });
  }

  test::FakeBus bus;
  std::map<std::string, std::string> answers = {
      {"$JS.API.STREAM.MSG.GET.KV_ELECT", value("b3AxLmV4YW1wbGUubmV0")},
      {"$JS.API.STREAM.INFO.KV_ELECT", info("KV_ELECT", kMade, R"("$KV.ELECT.backup":1)")},
      {"$JS.API.STREAM.NAMES", R"({"total":1,"streams":["KV_ELECT"]})"},
  };
};

TEST_F(ElectionListTest, LeavesBucketsOfApplicationsAlone) {
  answers["$JS.API.STREAM.NAMES"] = R"({"total":3,"streams":["KV_sessions","EVENTS","KV_ELECT"]})";
  answers["$JS.API.STREAM.INFO.KV_sessions"] = info("KV_sessions", kApplication, R"("$KV.sessions.s-1":1)");
  answers["$JS.API.STREAM.MSG.GET.KV_sessions"] = value("c2VjcmV0");
  const auto found = list();
  ASSERT_TRUE(found);
  ASSERT_EQ(1U, found->looks.size());
  EXPECT_EQ("ELECT", found->looks[0].bucket.name);
  EXPECT_EQ("op1.example.net", found->looks[0].keys.at(0).holder);
  EXPECT_FALSE(was_asked("$JS.API.STREAM.MSG.GET.KV_sessions"));
}

TEST_F(ElectionListTest, ReadsAllPagesOfTheListOfStreams) {
  answers[R"($JS.API.STREAM.NAMES {"subject":"$KV.*.>"})"] = R"({"total":2,"streams":["KV_other"]})";
  answers[R"($JS.API.STREAM.NAMES {"subject":"$KV.*.>","offset":1})"] = R"({"total":2,"streams":["KV_ELECT"]})";
  answers.erase("$JS.API.STREAM.NAMES");
  answers["$JS.API.STREAM.INFO.KV_other"] = info("KV_other", kApplication, "");
  const auto found = list();
  ASSERT_TRUE(found);
  EXPECT_EQ(1U, found->looks.size());
}

TEST_F(ElectionListTest, ShowsTheOtherKeysBesideOneThatIsNoName) {
  answers["$JS.API.STREAM.INFO.KV_ELECT"] = info("KV_ELECT", kMade, R"("$KV.ELECT.backup":1,"$KV.ELECT.large":1)");
  answers[R"($JS.API.STREAM.MSG.GET.KV_ELECT {"last_by_subj":"$KV.ELECT.large"})"] = value(std::string(2'000, 'A'));
  answers.erase("$JS.API.STREAM.MSG.GET.KV_ELECT");
  answers[R"($JS.API.STREAM.MSG.GET.KV_ELECT {"last_by_subj":"$KV.ELECT.backup"})"] = value("b3Ax");
  const auto found = list();
  ASSERT_TRUE(found);
  ASSERT_EQ(1U, found->looks.size());
  EXPECT_EQ("op1", found->looks[0].keys.at(0).holder);
  ASSERT_EQ(1U, found->looks[0].unreadable.size());
  EXPECT_EQ("large", found->looks[0].unreadable[0].name);
  EXPECT_THAT(found->looks[0].unreadable[0].problem.what, HasSubstr("larger"));
}

TEST_F(ElectionListTest, NamesABucketThatCannotBeLookedAt) {
  answers["$JS.API.STREAM.NAMES"] = R"({"total":3,"streams":["KV_broken","KV_gone","KV_ELECT"]})";
  answers["$JS.API.STREAM.INFO.KV_broken"] = R"({"error":{"code":500,"err_code":10008,"description":"try later"}})";
  answers["$JS.API.STREAM.INFO.KV_gone"] = R"({"error":{"code":404,"err_code":10059,"description":"not found"}})";
  const auto found = list();
  ASSERT_TRUE(found);
  EXPECT_EQ(1U, found->looks.size());
  ASSERT_EQ(2U, found->unreadable.size());
  EXPECT_EQ("broken", found->unreadable[0].name);
  EXPECT_THAT(found->unreadable[0].problem.what, HasSubstr("try later"));
  EXPECT_EQ("gone", found->unreadable[1].name);
  EXPECT_THAT(found->unreadable[1].problem.what, HasSubstr("no such bucket"));
}

TEST_F(ElectionListTest, AsksForNamesWhereItAsksForBuckets) {
  std::map<std::string, std::string> there;
  for (const auto& [start, payload] : answers) there["other" + start.substr(std::string("$JS.API").size())] = payload;
  answers = there;
  const SystemClock clock;
  const auto found = test::run_answer(list_elections(bus, {.api_prefix = "other"}, clock));
  ASSERT_TRUE(found);
  EXPECT_EQ(1U, found->looks.size());
  EXPECT_TRUE(was_asked("other.STREAM.NAMES"));
  EXPECT_FALSE(was_asked("$JS.API.STREAM.NAMES"));
}

TEST_F(ElectionListTest, AsksNothingMoreAfterItsDeadline) {
  const auto found = list(test::passed_deadline());
  ASSERT_TRUE(found);
  EXPECT_EQ(1U, found->unreadable.size());
  EXPECT_FALSE(was_asked("$JS.API.STREAM.INFO.KV_ELECT"));
}

TEST(IsMadeForElections, KnowsChoriasBucketByNameDescriptionOrShape) {
  struct Case {
    const char* name;
    const char* description;
    std::int64_t max_msg_bytes;
    bool deny_delete;
    std::int64_t history;
    bool expected;
  };
  constexpr std::array<Case, 7> kCases = {{{"B", "", 1024, true, 1, true},
                                           {"B", "", 1025, true, 1, false},
                                           {"B", "", -1, true, 1, false},
                                           {"B", "", 1024, false, 1, false},
                                           {"B", "", 1024, true, 5, false},
                                           {"B", "Choria Leader Election Bucket", -1, false, 1, true},
                                           {"CHORIA_LEADER_ELECTION", "", -1, false, 1, true}}};
  for (const auto& one : kCases) {
    model::ElectionBucket bucket;
    bucket.name = one.name;
    bucket.description = one.description;
    bucket.max_msg_bytes = one.max_msg_bytes;
    bucket.deny_delete = one.deny_delete;
    bucket.history = one.history;
    bucket.ttl_ns = 60'000'000'000;
    EXPECT_EQ(one.expected, is_made_for_elections(bucket)) << one.name << one.description << one.max_msg_bytes;
  }
}

}  // namespace
}  // namespace fleetwatch::service
