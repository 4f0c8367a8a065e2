#include "parse/ipfs_cluster.hpp"

#include <gtest/gtest.h>

#include "support/fixture.hpp"

namespace fleetwatch::parse {
namespace {

std::string recorded(const std::string& name) { return test::fixture("recordings/ipfs-cluster/" + name); }

TEST(IpfsCluster, ReadsTheId) {
  struct Case {
    const char* recording;
    std::size_t peers;
  };
  const Case cases[] = {{"crdt-healthy-id.json", 3},         {"crdt-peer-killed-now-id.json", 3},
                        {"crdt-peer-killed-40s-id.json", 2}, {"crdt-own-kubo-killed-now-id.json", 3},
                        {"raft-healthy-id.json", 3},         {"raft-no-quorum-id.json", 3}};
  for (const auto& one : cases) {
    const auto id = parse_cluster_id(recorded(one.recording));
    ASSERT_TRUE(id.ok()) << one.recording;
    ASSERT_TRUE(id.value().peers) << one.recording;
    EXPECT_EQ(id.value().peers->size(), one.peers) << one.recording;
    EXPECT_EQ(id.value().version, "1.1.6") << one.recording;
  }
  EXPECT_EQ(parse_cluster_id(R"({"cluster_peers":null})").value().peers, std::nullopt);
}

TEST(IpfsCluster, ReadsTheVersion) {
  EXPECT_EQ(parse_cluster_version(recorded("crdt-healthy-version.json")).value(), "1.1.6");
  EXPECT_FALSE(parse_cluster_version("{}").ok());
}

TEST(IpfsCluster, CountsPeersWithErrors) {
  struct Case {
    const char* peers;
    const char* id;
    std::size_t lines;
    std::int64_t errors;
  };
  const Case cases[] = {
      {"crdt-healthy-peers.json", "crdt-healthy-id.json", 3, 0},
      {"crdt-kubo-of-node2-killed-now-peers.json", "crdt-healthy-id.json", 3, 1},
      {"crdt-peer-killed-now-peers.json", "crdt-peer-killed-now-id.json", 3, 1},
      {"crdt-peer-killed-40s-peers.json", "crdt-peer-killed-40s-id.json", 2, 0},
      {"crdt-peer-lost-peers.json", "crdt-healthy-id.json", 3, 1},
      {"raft-peer-killed-45s-peers.json", "raft-healthy-id.json", 3, 1},
      {"raft-no-quorum-peers.json", "raft-no-quorum-id.json", 3, 2},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.peers);
    const auto peers = parse_cluster_peers(recorded(one.peers), true);
    const auto id = parse_cluster_id(recorded(one.id));
    ASSERT_TRUE(peers.ok() && id.ok());
    EXPECT_EQ(peers.value().size(), one.lines);
    EXPECT_EQ(count_cluster_errors(peers.value(), *id.value().peers), one.errors);
  }
}

TEST(IpfsCluster, KeepsWhatCameBeforeTheCut) {
  const auto whole = recorded("crdt-peer-lost-peers.json");
  const auto cut = whole.substr(0, whole.rfind("{\"id\"") + 40);
  const auto peers = parse_cluster_peers(cut, false);
  const auto id = parse_cluster_id(recorded("crdt-healthy-id.json"));
  ASSERT_TRUE(peers.ok());
  EXPECT_EQ(peers.value().size(), 2U);
  EXPECT_EQ(count_cluster_errors(peers.value(), *id.value().peers), 1);
  EXPECT_FALSE(parse_cluster_peers(cut, true).ok());
  EXPECT_TRUE(parse_cluster_peers("", false).value().empty());
}

TEST(IpfsCluster, AcceptsAList) {
  const auto peers = parse_cluster_peers(R"([{"id":"a","error":""},{"id":"b","error":"gone"}])", true);
  ASSERT_TRUE(peers.ok());
  EXPECT_EQ(count_cluster_errors(peers.value(), {"a", "b", "c"}), 2);
}

TEST(IpfsCluster, AWrongLineIsMalformed) {
  EXPECT_FALSE(parse_cluster_peers("{\"id\":\"a\"}\nnonsense\n{\"id\":\"b\"}\n", false).ok());
  EXPECT_FALSE(parse_cluster_peers("404 page not found\n", true).ok());
}

}  // namespace
}  // namespace fleetwatch::parse
