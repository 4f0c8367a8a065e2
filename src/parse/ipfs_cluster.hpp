// Answers of IPFS Cluster's REST interface: /id, /version, and /peers, a stream of one JSON object per line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct ClusterId {
  std::optional<std::vector<std::string>> peers;  // ids, own one included; still names a dead peer for a while
  std::optional<std::string> version;
};

struct ClusterPeer {
  std::string id;
  bool failed = false;  // the peer could not be asked, or its Kubo could not
};

// Errors: malformed.
Result<ClusterId> parse_cluster_id(std::string_view body);
Result<std::string> parse_cluster_version(std::string_view body);

// Lines, or one JSON list as older versions send. With `complete` false (cut at a deadline) an unfinished last line is
// left out. Error: malformed.
Result<std::vector<ClusterPeer>> parse_cluster_peers(std::string_view body, bool complete);

// Peers that failed, and peers of /id that sent no line.
std::int64_t count_cluster_errors(const std::vector<ClusterPeer>& lines, const std::vector<std::string>& expected);

}  // namespace fleetwatch::parse
