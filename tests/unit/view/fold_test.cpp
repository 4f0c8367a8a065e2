#include "view/fold.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/view/sample.hpp"
#include "view/cluster.hpp"
#include "view/mesh.hpp"
#include "view/text.hpp"

namespace fleetwatch::view {
namespace {

using Names = std::vector<std::string>;

Names folded(const Names& hosts) {
  Names texts;
  for (const HostSet& set : host_sets(hosts)) texts.push_back(set.text);
  return texts;
}

TEST(HostSets, FoldWhatDiffersInOneNumber) {
  struct Case {
    const char* what;
    Names hosts;
    Names sets;
  };
  const Case cases[] = {
      {"nothing", {}, {}},
      {"one host", {"n1"}, {"n1"}},
      {"a run", {"n3", "n4", "n5"}, {"n[3-5]"}},
      {"two neighbours", {"n1", "n2"}, {"n[1-2]"}},
      {"a gap", {"n1", "n2", "n5"}, {"n[1-2,5]"}},
      {"gaps only", {"n1", "n3", "n7"}, {"n[1,3,7]"}},
      {"zero padded", {"n03", "n04", "n17"}, {"n[03-04,17]"}},
      {"over the ten, padded", {"n09", "n10"}, {"n[09-10]"}},
      {"over the ten, not padded", {"n9", "n10", "n11"}, {"n[9-11]"}},
      {"over the hundred", {"n099", "n100"}, {"n[099-100]"}},
      {"padded and not are two numbers", {"n3", "n03", "n04"}, {"n[3,03-04]"}},
      {"any order in", {"n5", "n3", "n4"}, {"n[3-5]"}},
      {"dotted addresses", {"203.0.113.10", "203.0.113.11", "203.0.113.12", "203.0.113.20"}, {"203.0.113.[10-12,20]"}},
      {"two networks",
       {"10.0.1.1", "10.0.2.1", "10.0.1.2", "10.0.2.2", "10.0.1.3", "10.0.2.3"},
       {"10.0.1.[1-3]", "10.0.2.[1-3]"}},
      {"a number in the middle", {"n1.east", "n2.east", "n3.east"}, {"n[1-3].east"}},
      {"the place with fewer sets", {"n1.dc7", "n2.dc7", "n3.dc7", "n1.dc8"}, {"n[1-3].dc7", "n1.dc8"}},
      {"different prefixes", {"web1", "db1", "web2", "db2"}, {"web[1-2]", "db[1-2]"}},
      {"different suffixes", {"n1a", "n2b"}, {"n1a", "n2b"}},
      {"alike but for letters", {"na", "nb"}, {"na", "nb"}},
      {"alike but for one number among many", {"r1-s2-n3", "r1-s2-n4"}, {"r1-s2-n[3-4]"}},
      {"a number alone", {"7", "8"}, {"[7-8]"}},
      {"no number", {"alpha", "beta"}, {"alpha", "beta"}},
      {"the same host twice", {"n1", "n1"}, {"n[1,1]"}},
      {"IPv6", {"2001:db8::1", "2001:db8::2", "2001:db8::9", "2001:db8::10"}, {"2001:db8::[1-2,9,10]"}},
      {"IPv6 with letters", {"2001:db8::a", "2001:db8::b"}, {"2001:db8::a", "2001:db8::b"}},
      {"brackets of its own", {"n[1]", "n[2]"}, {"n[1]", "n[2]"}},
      {"a comma of its own", {"a,1", "a,2"}, {"a,1", "a,2"}},
      {"numbers beyond 64 bits",
       {"n99999999999999999999999", "n100000000000000000000000"},
       {"n[99999999999999999999999-100000000000000000000000]"}},
      {"the empty host", {"", "n1"}, {"", "n1"}},
  };
  for (const auto& one : cases) EXPECT_EQ(folded(one.hosts), one.sets) << one.what;
}

TEST(HostSets, NameEveryMemberOnce) {
  Names hosts;
  for (int i = 0; i < 500; ++i) hosts.push_back(fmt::format("198.51.{}.{}", i % 7, i * 3 % 250));
  std::vector<int> seen(hosts.size());
  for (const HostSet& set : host_sets(hosts)) {
    for (const auto member : set.members) ++seen[member];
  }
  for (const int times : seen) EXPECT_EQ(times, 1);
}

TEST(HostSets, ALongListIsContinuedInAnotherSet) {
  Names hosts;
  for (int i = 0; i < 100; ++i) hosts.push_back(fmt::format("n{}", 2 * i));
  const auto sets = folded(hosts);
  EXPECT_GT(sets.size(), 5U);
  for (const auto& set : sets) EXPECT_LE(set.size(), 50U) << set;
}

TEST(HostSets, AHostOfThousandsOfNumbersCostsNothing) {
  std::string long_host;
  for (int i = 0; i < 100'000; ++i) long_host += "1a";
  EXPECT_EQ(folded(Names(50, long_host)).size(), 50U);
}

Table::Row row(const std::string& host, const std::string& text, Style style = Style::plain) {
  return {{Span(host)}, {Span(text, style)}};
}

TEST(FoldRows, EqualRowsBecomeOneAtThePlaceOfTheFirst) {
  const std::vector<Table::Row> rows = {row("n2", "x"), row("n1", "y"), row("n3", "x"), row("n4", "y")};
  EXPECT_EQ(fold_rows(rows, {0}, 2), (std::vector<Table::Row>{row("n[2-3]", "x"), row("n[1,4]", "y")}));
}

TEST(FoldRows, TextStyleAndNumberOfCellsMakeTheDifference) {
  const std::vector<Table::Row> rows = {row("n1", "x"), row("n2", "x", Style::bad), {{Span("n3")}}, row("n4", "x ")};
  EXPECT_EQ(fold_rows(rows, {0}, 2), rows);
}

TEST(FoldRows, OtherNameColumnsListWhatBelongsTogether) {
  const std::vector<Table::Row> rows = {{{Span("n1")}, {Span("10.0.0.1")}, {Span("OK", Style::good)}},
                                        {{Span("n2")}, {Span("10.0.0.2")}, {Span("OK", Style::good)}},
                                        {{Span("n3")}, {Span("10.0.0.9")}, {Span("OK", Style::good)}}};
  EXPECT_EQ(fold_rows(rows, {0, 1}, 3),
            (std::vector<Table::Row>{{{Span("n[1-3]")}, {Span("10.0.0.[1-2,9]")}, {Span("OK", Style::good)}}}));
}

TEST(FoldRows, TheTextThatEndsAShortRowIsNoName) {
  const std::vector<Table::Row> rows = {row("n1", "dns: no such host"),
                                        row("n2", "refused"),
                                        row("n3", "refused"),
                                        {{Span("n4")}, {Span("10.0.0.4")}, {Span("OK")}}};
  EXPECT_EQ(fold_rows(rows, {0, 1}, 3), (std::vector<Table::Row>{rows[0], row("n[2-3]", "refused"), rows[3]}));
}

TEST(FoldRows, OfTheMeshTableKeepReasonsApart) {
  auto snapshot = test::healthy_snapshot(6);
  for (std::size_t i = 1; i < 6; ++i) test::make_unreachable(snapshot.nodes[i]);
  snapshot.nodes[1].failure = model::Failure{model::FailureReason::auth, "the login was refused"};
  snapshot.nodes[2].failure = model::Failure{model::FailureReason::dns, "no such host"};
  const auto text = to_text(mesh_document(snapshot, {}, {.fold = true}), false);
  for (const char* part : {"198.18.7.2        UNREACHABLE  auth: the login was refused\n",
                           "198.18.7.3        UNREACHABLE  dns: no such host\n",
                           "198.18.7.[4-6]    UNREACHABLE  refused: nothing listens on port 22\n"}) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  }
}

TEST(FoldRows, OfTheClusterTable) {
  auto snapshot = test::healthy_snapshot(5);
  for (auto& node : snapshot.nodes) node.report->system->mem_use_pct = 40;
  const auto document = cluster_document(snapshot, {}, {.fold = true});
  ASSERT_EQ(document.lines.size(), 6U);
  EXPECT_EQ(document.lines[5].front().text(), "198.18.7.[2-5]");
  EXPECT_EQ(cluster_rows(snapshot).size(), 5U);
}

}  // namespace
}  // namespace fleetwatch::view
