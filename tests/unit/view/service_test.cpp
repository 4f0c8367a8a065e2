#include "view/service.hpp"

#include <gtest/gtest.h>

#include "unit/view/sample.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

TEST(DistinctTails, AreTheShortestThatDiffer) {
  using Hosts = std::vector<std::string>;
  const std::pair<Hosts, Hosts> cases[] = {
      {{"198.18.7.1", "198.18.7.2"}, {".1", ".2"}},
      {{"198.18.7.1", "198.18.8.1"}, {".7.1", ".8.1"}},
      {{"198.18.7.1", "198.19.7.1"}, {".18.7.1", ".19.7.1"}},
      {{"197.18.7.1", "198.18.7.1"}, {"197.18.7.1", "198.18.7.1"}},
      {{"198.18.7.1"}, {"198.18.7.1"}},
      {{"n1.example", "n2.example"}, {"n1.example", "n2.example"}},
      {{"198.18.7.1", "n2.example"}, {"198.18.7.1", "n2.example"}},
      {{}, {}},
  };
  for (const auto& [hosts, tails] : cases) EXPECT_EQ(distinct_tails(hosts), tails);
}

model::Snapshot spoiled() {
  auto snapshot = test::healthy_snapshot(4);
  auto& services = snapshot.nodes[1].report->services->services;
  services[0].active_state = "failed";
  services[1].active_state = "reloading";
  services[2].active_state = "inactive";
  services[2].load_state = "not-found";
  snapshot.nodes[2].report->services = {};
  test::make_unreachable(snapshot.nodes[3]);
  return snapshot;
}

TEST(ServiceRows, UnitsThatDoNotExistAndNodesWithoutDataHaveNoKeys) {
  const auto rows = service_rows(spoiled());
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[1].services,
            (std::map<std::string, std::string>{{"orama-node", "failed"}, {"orama-gateway", "reloading"}}));
  EXPECT_EQ(rows[1].status, "ok");
  EXPECT_EQ(rows[2].services, std::nullopt);
  EXPECT_EQ(rows[3].services, std::nullopt);
  EXPECT_EQ(rows[3].status, "unreachable");
  EXPECT_EQ(rows[3].reason, "refused");
}

TEST(ServiceDocument, IsAMatrixAndSaysWhoIsNotInIt) {
  const auto text = to_text(service_document(spoiled(), {}, {}), false);
  EXPECT_NE(text.find("SERVICE           .1        .2\n"), std::string::npos) << text;
  EXPECT_NE(text.find("orama-gateway     ACTIVE    reloading\n"), std::string::npos) << text;
  EXPECT_NE(text.find("orama-node        ACTIVE    FAILED\n"), std::string::npos) << text;
  EXPECT_NE(text.find("orama-olric       ACTIVE    --\n"), std::string::npos) << text;
  EXPECT_NE(text.find("198.18.7.3        no service data\n"), std::string::npos) << text;
  EXPECT_NE(text.find("198.18.7.4        UNREACHABLE  refused: nothing listens on port 22\n"), std::string::npos)
      << text;
}

TEST(ServiceDocument, IsContinuedBelowWhereNotAllNodesFit) {
  const auto document = service_document(test::healthy_snapshot(20), {}, {.width = 60});
  std::string heads;
  for (const Line& line : document.lines) {
    EXPECT_LE(line_width(line), 60U);
    if (!line.empty() && line.front().text() == "SERVICE") heads += to_text({{line}}, false);
  }
  for (int i = 1; i <= 20; ++i) EXPECT_NE(heads.find(fmt::format(".{}", i)), std::string::npos) << heads;
}

TEST(ServiceDocument, FoldsNodesThatAreAlike) {
  auto snapshot = test::healthy_snapshot(20);
  snapshot.nodes[4].report->services->services[0].active_state = "failed";
  const auto text = to_text(service_document(snapshot, {}, {.fold = true, .width = 60}), false);
  EXPECT_NE(text.find("SERVICE           .[1-4,6-20]  .5\n"), std::string::npos) << text;
  EXPECT_NE(text.find("orama-node        ACTIVE       FAILED\n"), std::string::npos) << text;
}

// `count` units on one node, of which every 1000th has failed.
void add_units(model::Snapshot& snapshot, std::size_t node, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    model::Service service;
    service.name = fmt::format("aaa-{:05}", i);
    service.active_state = i % 1000 == 999 ? "failed" : "active";
    snapshot.nodes[node].report->services->services.push_back(service);
  }
}

TEST(ServiceDocument, OneNodeOfThousandsOfUnitsDoesNotFillTheScreen) {
  auto snapshot = test::healthy_snapshot(300);
  add_units(snapshot, 7, 9990);
  for (const bool folded : {false, true}) {
    const auto text = to_text(service_document(snapshot, {}, {.fold = folded}), false);
    EXPECT_LT(text.size(), 1'000'000U);
    for (const char* part : {"\norama-node ", "\naaa-00999 ", "\naaa-08999 ", "\naaa-00000 ",
                             "\nand 9793 more units; --json has all of them\n"}) {
      EXPECT_NE(text.find(part), std::string::npos) << part;
    }
  }
  EXPECT_EQ(service_rows(snapshot)[7].services->size(), 9993U);
}

TEST(ServiceDocument, TwoHundredUnitsAreShown) {
  auto snapshot = test::healthy_snapshot(2);
  add_units(snapshot, 0, 197);
  EXPECT_EQ(to_text(service_document(snapshot, {}, {}), false).find("more unit"), std::string::npos);
  add_units(snapshot, 1, 198);
  EXPECT_NE(to_text(service_document(snapshot, {}, {}), false).find("and 1 more unit;"), std::string::npos);
}

}  // namespace
}  // namespace fleetwatch::view
