#include "view/election.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fixture.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kSecondNs = 1'000'000'000;

model::ElectionBucket bucket(std::string name = "CHORIA_LEADER_ELECTION", std::int64_t ttl_sec = 60,
                             std::uint64_t messages = 1, std::string created = "2026-11-21T09:03:19.122753335Z") {
  model::ElectionBucket made;
  made.name = std::move(name);
  made.created = std::move(created);
  made.storage = "file";
  made.ttl_ns = ttl_sec * kSecondNs;
  made.messages = messages;
  made.clustered = true;
  made.leader = "broker1.example.net";
  return made;
}

model::ElectionKey held(std::string name, std::string holder) {
  model::ElectionKey key;
  key.name = std::move(name);
  key.holder = std::move(holder);
  key.revision = 7;
  key.written_unix_ms = 1'000'000;
  return key;
}

// What the reference wrote to standard output, without the line of its log.
std::string recorded_output(const std::string& file) {
  const auto text = test::fixture("recordings/choria/election/" + file);
  const std::string start = "--- stdout\n";
  auto output = text.substr(text.find(start) + start.size());
  output.resize(output.find("--- stderr"));
  std::string kept;
  for (std::size_t at = 0; at < output.size();) {
    const auto end = output.find('\n', at) + 1;
    if (output.compare(at, 6, "time=\"") != 0) kept += output.substr(at, end - at);
    at = end;
  }
  return kept;
}

TEST(ElectionInfo, IsByteForByteTheReferences) {
  struct Case {
    const char* file;
    model::ElectionBucket bucket;
    std::vector<model::ElectionKey> keys;
  };
  auto marker = held("provisioner", "");
  marker.marker = true;
  auto history = bucket("HIST", 10, 0, "2026-11-21T09:25:00Z");
  history.history = 5;
  const auto made = [](const char* name, std::int64_t ttl_sec) {
    return bucket(name, ttl_sec, 0, "2026-11-21T09:25:00Z");
  };
  const std::vector<model::ElectionKey> backups = {held("backup1", "op.example.net"),
                                                   held("backup2", "op.example.net")};
  auto three = backups;
  three.push_back(held("provisioner", "prov1.example.net"));
  const std::string name = "CHORIA_LEADER_ELECTION";
  const std::vector<Case> cases = {
      {"cli-info-leader.txt", bucket(), {held("provisioner", "prov1.example.net")}},
      {"cli-info-debian-2.9.10.txt", bucket(name, 60, 1, "2026-11-21T09:23:10.200542778Z"), {three.back()}},
      {"cli-info-stale-leader.txt", bucket(name, 10), {held("provisioner", "prov2.example.net")}},
      {"cli-info-several.txt", bucket(name, 10, 3), three},
      {"cli-view-several-expression.txt", bucket(name, 10, 3), backups},
      {"cli-view-no-match.txt", bucket(), {}},
      {"cli-info-evicted.txt", bucket(), {marker}},
      {"cli-info-expired.txt", bucket(name, 10, 0), {}},
      {"cli-warning-history.txt", history, {}},
      {"cli-warning-ttl-2s.txt", made("TTL2", 2), {}},
      {"cli-warning-ttl-5m.txt", made("TTL5M", 300), {}},
      {"cli-warning-ttl-2h.txt", made("TTL2H", 7200), {}},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(election_bucket_text(one.bucket) + election_table_text(one.bucket, one.keys), recorded_output(one.file))
        << one.file;
  }
  EXPECT_EQ(election_bucket_text(bucket()), recorded_output("cli-info-bad-expression.txt"));
}

TEST(ElectionInfo, HostsLoseTheDomainTheyShare) {
  struct Case {
    std::string leader;
    std::vector<std::string> others;
    std::string line;
  };
  for (const auto& [leader, others, line] : {
           Case{"broker1.example.net", {"broker2.example.net", "b3.example.net"}, "broker1*, broker2, b3"},
           Case{"a.x.net", {"b.y.net"}, "a.x*, b.y"},
           Case{"a.net", {"b.y.net"}, "a.net*, b.y.net"},  // labels are compared from the left
           Case{"a", {"b"}, "a*, b"},
           Case{"", {"a.net", "b.net"}, "a, b"},
       }) {
    auto three = bucket();
    three.replicas = 3;
    three.leader = leader;
    for (const auto& other : others) three.others.push_back({other});
    EXPECT_THAT(election_bucket_text(three), HasSubstr("      Replicas: 3 on hosts " + line + "\n"));
  }
}

TEST(ElectionInfo, WarnsOfTheCluster) {
  auto broken = bucket();
  broken.leader = "";
  broken.others = {{"b2", true, false, 0}, {"b3", true, true, 0}, {"b4", false, false, 7}, {"b5", true, false, 101}};
  EXPECT_THAT(election_warnings(broken), ElementsAre(HasSubstr("no cluster leader"), HasSubstr("b3 is offline"),
                                                     HasSubstr("b4 is not current, it lags by 7"),
                                                     HasSubstr("b5 is not current, it lags by 101")));
  auto single = bucket();
  single.clustered = false;
  single.leader = "";
  EXPECT_TRUE(election_warnings(single).empty());
}

TEST(ElectionInfo, NeverWritesWhatAHolderCallsItselfRaw) {
  const auto text = election_table_text(bucket(), {held("provisioner", "\x1b[2J\n\xff")});
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_THAT(text, HasSubstr("\\x1b[2J\\x0a\\xff"));
}

TEST(ElectionRow, AgeTimeLeftAndRenewing) {
  auto row = election_row(bucket(), held("a", "x"), 1'010'000);
  EXPECT_EQ(row.state, "held");
  EXPECT_EQ(row.age_ms, 10'000);
  EXPECT_EQ(row.time_left_ms, 50'000);
  EXPECT_EQ(row.renewing, true);
  EXPECT_EQ(row.foreign, false);
  auto overwritten = held("a", "tool");
  overwritten.foreign = true;
  EXPECT_EQ(election_row(bucket(), overwritten, 1'010'000).foreign, true);
  EXPECT_EQ(election_row(bucket(), held("a", "x"), 1'046'000).renewing, true);
  EXPECT_EQ(election_row(bucket(), held("a", "x"), 1'046'001).renewing, false);
  EXPECT_EQ(election_row(bucket(), held("a", "x"), 900'000).age_ms, 0);  // clocks differ
  auto marker = held("a", "");
  marker.marker = true;
  row = election_row(bucket(), marker, 1'010'000);
  EXPECT_EQ(row.state, "evicted");
  EXPECT_FALSE(row.leader);
  EXPECT_FALSE(row.renewing);
  EXPECT_FALSE(row.foreign);
  EXPECT_EQ(row.time_left_ms, 50'000);
}

TEST(ElectionList, ShowsHoldersAndMarkers) {
  auto marker = held("b", "");
  marker.marker = true;
  const std::vector<model::ElectionRow> rows = {election_row(bucket(), held("a", "x.example.net"), 1'002'500),
                                                election_row(bucket(), marker, 1'010'000)};
  const auto text = to_text(election_list(rows, 0), false);
  EXPECT_THAT(text, HasSubstr("x.example.net"));
  EXPECT_THAT(text, HasSubstr("2.5 s"));
  EXPECT_THAT(text, HasSubstr("free in 50.0 s"));
  EXPECT_THAT(to_text(election_list({}, 0), false), HasSubstr("no election has a leader"));
}

TEST(ElectionList, SaysWhatCannotBeReadAndWhy) {
  const std::vector<model::ElectionRow> rows = {unreadable_row("ELECT", "large", "its value is too large"),
                                                unreadable_row("broken", "", "no answer")};
  const auto text = to_text(election_list(rows, 0), false);
  EXPECT_THAT(text, HasSubstr("unreadable: its value is too large"));
  EXPECT_THAT(text, HasSubstr("unreadable: no answer"));
}

}  // namespace
}  // namespace fleetwatch::view
