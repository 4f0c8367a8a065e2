#include "parse/kubo.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

std::string recorded(const std::string& name) { return test::fixture("recordings/kubo/" + name); }

TEST(Kubo, CountsSwarmPeers) {
  EXPECT_EQ(parse_kubo_swarm_peers(recorded("healthy-swarm-peers.json")).value(), 2);
  EXPECT_EQ(parse_kubo_swarm_peers(recorded("no-peers-swarm-peers.json")).value(), 0);
  EXPECT_FALSE(parse_kubo_swarm_peers("{}").ok());
  EXPECT_FALSE(parse_kubo_swarm_peers(R"({"Peers":"two"})").ok());
}

TEST(Kubo, ReadsTheRepository) {
  struct Case {
    const char* recording;
    std::int64_t size_bytes;
    std::int64_t max_bytes;
  };
  const Case cases[] = {{"repo-stat-full.json", 111392, 10'000'000'000},
                        {"repo-stat-size-only.json", 111392, 10'000'000'000},
                        {"repo-stat-over-100-percent.json", 313960, 100'000}};
  for (const auto& one : cases) {
    const auto repo = parse_kubo_repo_stat(recorded(one.recording));
    ASSERT_TRUE(repo.ok()) << one.recording;
    EXPECT_EQ(repo.value().size_bytes, one.size_bytes) << one.recording;
    EXPECT_EQ(repo.value().max_bytes, one.max_bytes) << one.recording;
  }
}

TEST(Kubo, ARepositoryMayBeHalfKnown) {
  const auto repo = parse_kubo_repo_stat(R"({"RepoSize":5,"StorageMax":-1})");
  ASSERT_TRUE(repo.ok());
  EXPECT_EQ(repo.value().size_bytes, 5);
  EXPECT_EQ(repo.value().max_bytes, std::nullopt);
  EXPECT_FALSE(parse_kubo_repo_stat("{}").ok());
}

TEST(Kubo, ReadsTheVersion) {
  EXPECT_EQ(parse_kubo_version(recorded("healthy-version.json")).value(), "0.40.1");
  EXPECT_FALSE(parse_kubo_version("{}").ok());
}

TEST(Kubo, AnAutomaticBootstrapListIsNotEmpty) {
  EXPECT_EQ(parse_kubo_bootstrap_is_empty(recorded("bootstrap-list-empty.json")).value(), true);
  EXPECT_EQ(parse_kubo_bootstrap_is_empty("{}").value(), true);
  EXPECT_EQ(parse_kubo_bootstrap_is_empty(R"({"Peers":[]})").value(), true);
  EXPECT_EQ(parse_kubo_bootstrap_is_empty(R"({"Peers":["auto"]})").value(), false);
  EXPECT_FALSE(parse_kubo_bootstrap_is_empty(R"({"Peers":7})").ok());
}

TEST(Kubo, RefusalsAreMalformed) {
  for (const auto* name : {"wrong-method.txt", "wrong-path.txt", "with-browser-origin.txt"}) {
    const auto body = recorded(name);
    EXPECT_EQ(parse_kubo_swarm_peers(body).error().kind, ErrorKind::malformed) << name;
    EXPECT_EQ(parse_kubo_repo_stat(body).error().kind, ErrorKind::malformed) << name;
    EXPECT_EQ(parse_kubo_version(body).error().kind, ErrorKind::malformed) << name;
    EXPECT_EQ(parse_kubo_bootstrap_is_empty(body).error().kind, ErrorKind::malformed) << name;
  }
}

}  // namespace
}  // namespace fleetwatch::parse
