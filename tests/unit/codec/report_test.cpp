#include "codec/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "support/fixture.hpp"

namespace fleetwatch::codec {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

model::NodeReport read_ok(std::string_view json) {
  auto report = read_report(json);
  EXPECT_TRUE(report.ok()) << (report.ok() ? "" : to_string(report.error()));
  return report.ok() ? *report : model::NodeReport{};
}

TEST(ReadReport, TakesTheReferenceProgramsReport) {
  const auto report = read_ok(test::fixture("reports/reference-style.json"));
  EXPECT_EQ(report.hostname, "ns2");
  EXPECT_EQ(report.system->mem_use_pct, 29);
  EXPECT_EQ(report.ipfs->swarm_peers, 2);                // written there as swarm_peer_count
  EXPECT_EQ(report.processes->panic_count, 3);           // written there as panic_count_1h
  EXPECT_FALSE(report.rqlite->term);                     // left out when empty
  EXPECT_TRUE(report.errors.empty());                    // left out when empty
  EXPECT_TRUE(report.network->listening_ports.empty());  // null there
  EXPECT_FALSE(report.dns);
  EXPECT_EQ(report.wireguard->peers->at(0).allowed_ips, "10.0.0.1/32");
  EXPECT_EQ(report.vault->write_quorum, 4);
  EXPECT_EQ(report.deployments->total_count, 3);
  EXPECT_EQ(report.deployments->static_count, 0);  // never set there
  EXPECT_EQ(report.serverless->function_count, 0);
  EXPECT_EQ(report.serverless->engine_status, "healthy");
  EXPECT_TRUE(report.unknown.empty());
}

TEST(ReadReport, KeepsUnknownMembersAndWritesThemBack) {
  const auto report = read_ok(R"({"novelty":{"status":"healthy"},"system":{"novel":[1,2.5,"x"]}})");
  ASSERT_EQ(report.unknown.size(), 1U);
  EXPECT_EQ(report.unknown[0].key, "novelty");
  EXPECT_EQ(write_report(report, Layout::compact),
            R"({"errors":[],"system":{"novel":[1,2.5,"x"]},"novelty":{"status":"healthy"}})");
}

TEST(ReadReport, FirstPresentNameOfAFieldCounts) {
  EXPECT_EQ(read_ok(R"({"ipfs":{"swarm_peer_count":7,"swarm_peers":2}})").ipfs->swarm_peers, 2);
  EXPECT_EQ(read_ok(R"({"ipfs":{"swarm_peer_count":7}})").ipfs->swarm_peers, 7);
}

TEST(ReadReport, TellsCrashedFromAbsentSections) {
  const auto report = read_ok(R"({"system":null})");
  EXPECT_TRUE(report.system.is_crashed());
  EXPECT_FALSE(report.services.is_crashed());
  EXPECT_FALSE(report.services);
}

struct WrongType {
  std::string json;
  std::string path;
  std::string wanted;
};

class ReadReportWrongType : public ::testing::TestWithParam<WrongType> {};

TEST_P(ReadReportWrongType, NamesThePath) {
  const auto report = read_report(GetParam().json);
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().kind, ErrorKind::malformed);
  EXPECT_EQ(report.error().where, GetParam().path);
  EXPECT_THAT(report.error().what, HasSubstr(GetParam().wanted));
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ReadReportWrongType,
    ::testing::Values(WrongType{R"({"system":[]})", "system", "an object"},
                      WrongType{R"({"system":{"mem_use_pct":"12"}})", "system.mem_use_pct", "a whole number"},
                      WrongType{R"({"system":{"mem_use_pct":1.5}})", "system.mem_use_pct", "a whole number"},
                      WrongType{R"({"services":{"services":[{"name":"a"},{"name":3}]}})", "services.services[1].name",
                                "a string"},
                      WrongType{R"({"rqlite":{"term":-1}})", "rqlite.term", "a whole number"},
                      WrongType{R"({"rqlite":{"nodes":{"n1":{"voter":"yes"}}}})", "rqlite.nodes.n1.voter", "a boolean"},
                      WrongType{R"({"errors":"none"})", "errors", "a list"},
                      WrongType{R"({"namespaces":{}})", "namespaces", "a list"}));

TEST(ReadReport, RefusesHostileShapes) {
  EXPECT_EQ(read_report(std::string(10'000, '[')).error().kind, ErrorKind::malformed);
  const std::string nested = R"({"x":)" + std::string(10'000, '[') + std::string(10'000, ']') + "}";
  EXPECT_THAT(read_report(nested).error().what, HasSubstr("levels deep"));
  EXPECT_FALSE(read_report("").ok());
  EXPECT_FALSE(read_report("[]").ok());
  EXPECT_FALSE(read_report(R"({"system":{)").ok());
  EXPECT_FALSE(read_report(R"({"hostname":"a"} trailing)").ok());
  std::string many = R"({"errors":[)";
  for (std::size_t i = 0; i <= limits::kListItems; ++i) many += i == 0 ? "\"\"" : ",\"\"";
  EXPECT_EQ(read_report(many + "]}").error().kind, ErrorKind::too_large);
  EXPECT_EQ(read_report(std::string(limits::kReportBytes + 1, ' ')).error().kind, ErrorKind::too_large);
}

TEST(WriteReport, WritesEveryKeyOfTheDocumentedReportInItsOrder) {
  const auto report = read_ok(test::fixture("reports/documented-style.json"));
  const auto json = write_report(report, Layout::compact);
  std::size_t at = 0;
  for (const std::string key : {"timestamp", "hostname", "version", "collect_ms", "errors", "system", "services",
                                "rqlite", "wireguard", "network", "processes", "namespaces"}) {
    const auto found = json.find("\"" + key + "\":", at);
    EXPECT_NE(found, std::string::npos) << key;
    at = found;
  }
  EXPECT_THAT(json, HasSubstr(R"("panic_count":0,"panic_count_1h":0)"));
  EXPECT_THAT(json, HasSubstr(R"("load_avg_15":0.3,)"));
  EXPECT_THAT(json, HasSubstr(R"("namespaces":[])"));
}

TEST(WriteReport, ReadsBackTheSame) {
  for (const auto* name : {"reports/documented-style.json", "reports/reference-style.json"}) {
    const auto report = read_ok(test::fixture(name));
    EXPECT_EQ(read_ok(write_report(report, Layout::compact)), report) << name;
    EXPECT_EQ(read_ok(write_report(report, Layout::indented)), report) << name;
  }
}

TEST(WriteReport, LeavesOutWhatWasNotReadAndWritesZeroAndFalse) {
  model::NodeReport report;
  report.system = model::System{};
  report.system->oom_kills = 0;
  report.network = model::Network{};
  report.network->ufw_active = false;
  EXPECT_EQ(write_report(report, Layout::compact),
            R"({"errors":[],"system":{"oom_kills":0},"network":{"listening_ports":[],"ufw_active":false}})");
}

TEST(WriteReport, IsValidJsonWhateverTheBytes) {
  model::NodeReport report;
  report.hostname = std::string("a\x1b[31m\"\\\n\xff\xc0\x80\0z", 14);
  report.errors = {"\xed\xa0\x80"};
  const auto json = write_report(report, Layout::compact);
  EXPECT_THAT(json, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(read_report(json).ok());
}

TEST(ReportSchema, DescribesEverySectionAndUnit) {
  const auto schema = report_schema();
  for (const auto name : model::kSectionNames) EXPECT_THAT(schema, HasSubstr("\"" + std::string(name) + "\": {"));
  EXPECT_THAT(schema, HasSubstr("total memory [MiB]"));
  EXPECT_THAT(schema, HasSubstr("\"panic_count_1h\""));
}

}  // namespace
}  // namespace fleetwatch::codec
