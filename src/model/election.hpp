// Leader election: one key of a key-value bucket, whose value is the name of the leader. The bucket forgets a key that
// is not written again within its time to live (TTL).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fleetwatch::model {

enum class ElectionState { unknown, candidate, leader };

constexpr std::string_view name_of(ElectionState state) {
  constexpr std::array<std::string_view, 3> kNames = {"unknown", "candidate", "leader"};
  return kNames[static_cast<std::size_t>(state)];
}

struct BucketReplica {
  std::string name;
  bool current = true;
  bool offline = false;
  std::uint64_t lag = 0;  // messages behind the leader
  bool operator==(const BucketReplica&) const = default;
};

struct ElectionBucket {
  std::string name;  // the stream's is KV_<name>
  std::string description;
  std::string created;              // RFC 3339, with the server's zone
  std::string storage;              // "file" or "memory"
  std::int64_t ttl_ns = 0;          // 0: keys never age
  std::int64_t history = 1;         // messages kept of each key
  std::int64_t max_msg_bytes = -1;  // of one write, with its headers; -1: the broker's limit
  bool deny_delete = false;         // single messages stay
  std::int64_t replicas = 1;
  bool allow_direct = false;  // any replica may be read, not the leader alone
  std::uint64_t messages = 0;
  bool clustered = false;
  std::string leader;                 // of the stream; empty: none
  std::vector<BucketReplica> others;  // beside the leader
  // By the clock that also stamps the keys; absent: the server does not tell.
  std::optional<std::int64_t> server_unix_ms = {};
  bool operator==(const ElectionBucket&) const = default;
};

// What is on one key.
struct ElectionKey {
  std::string name;       // of the election
  std::string holder;     // empty for a marker
  bool marker = false;    // it was deleted; the marker ages like a value
  bool released = false;  // a marker by which the holder gave its key back
  bool foreign = false;   // a value written whatever was there: candidates always write under a condition
  std::string run;        // which run of a program wrote it; only ours tell
  std::uint64_t revision = 0;
  std::optional<std::int64_t> written_unix_ms = {};
  bool operator==(const ElectionKey&) const = default;
};

}  // namespace fleetwatch::model
