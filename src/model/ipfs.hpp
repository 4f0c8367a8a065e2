// Section `ipfs`: Kubo daemon and IPFS Cluster. Source: systemd, HTTP on ports 4501 and 9094, one file.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct Ipfs {
  std::optional<bool> daemon_active;
  std::optional<bool> cluster_active;
  std::optional<std::int64_t> swarm_peers;
  std::optional<std::int64_t> cluster_peer_count;
  std::optional<std::int64_t> cluster_errors;
  std::optional<std::int64_t> repo_size_bytes;
  std::optional<std::int64_t> repo_max_bytes;
  std::optional<std::int64_t> repo_use_pct;
  std::optional<std::string> kubo_version;
  std::optional<std::string> cluster_version;
  std::optional<bool> has_swarm_key;
  std::optional<bool> bootstrap_empty;
  UnknownMembers unknown;
  bool operator==(const Ipfs&) const = default;
};

template <>
struct Described<Ipfs> {
  static constexpr auto fields = std::tuple{
      field("daemon_active", &Ipfs::daemon_active, "unit orama-ipfs is active"),
      field("cluster_active", &Ipfs::cluster_active, "unit orama-ipfs-cluster is active"),
      field("swarm_peers", &Ipfs::swarm_peers, "connected swarm peers").also("swarm_peer_count"),
      field("cluster_peer_count", &Ipfs::cluster_peer_count, "cluster peers, this node included"),
      field("cluster_errors", &Ipfs::cluster_errors, "cluster peers that report an error or do not answer"),
      field("repo_size_bytes", &Ipfs::repo_size_bytes, Unit::bytes, "size of the repository"),
      field("repo_max_bytes", &Ipfs::repo_max_bytes, Unit::bytes, "configured maximum"),
      field("repo_use_pct", &Ipfs::repo_use_pct, Unit::percent, "size / maximum, cut; may pass 100"),
      field("kubo_version", &Ipfs::kubo_version, "Kubo's version"),
      field("cluster_version", &Ipfs::cluster_version, "IPFS Cluster's version"),
      field("has_swarm_key", &Ipfs::has_swarm_key, "the private swarm key exists"),
      field("bootstrap_empty", &Ipfs::bootstrap_empty, "the bootstrap list is empty"),
  };
};

}  // namespace fleetwatch::model
