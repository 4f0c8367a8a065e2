// Elections as `election info --json` and `election list --json` write them.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct ElectionRow {
  std::string bucket;
  std::string election;
  std::string state;                              // "held", "evicted", "unreadable"
  std::optional<std::string> leader = {};         // only when held
  std::optional<std::int64_t> age_ms = {};        // since the last write
  std::optional<std::int64_t> time_left_ms = {};  // until the bucket forgets it
  std::uint64_t revision = 0;
  std::optional<bool> renewing = {};        // only when held
  std::optional<bool> foreign = {};         // only when held
  std::optional<std::string> problem = {};  // only when unreadable
  bool operator==(const ElectionRow&) const = default;
};

template <>
struct Described<ElectionRow> {
  static constexpr auto fields = std::tuple{
      field("bucket", &ElectionRow::bucket, "key-value bucket that holds the election"),
      field("election", &ElectionRow::election, "its key; empty for a bucket that cannot be read"),
      field("state", &ElectionRow::state,
            "held, or evicted: a delete marker that ages like a leader; unreadable: see problem"),
      field("leader", &ElectionRow::leader, "name of the holder"),
      field("age_ms", &ElectionRow::age_ms, Unit::milliseconds, "since the last write"),
      field("time_left_ms", &ElectionRow::time_left_ms, Unit::milliseconds, "until the bucket forgets it"),
      field("revision", &ElectionRow::revision, "sequence of the last write"),
      field("renewing", &ElectionRow::renewing, "false: the last write is older than any candidate lets it become"),
      field("foreign", &ElectionRow::foreign,
            "true: a program that is no candidate wrote it over the key: nobody leads until the bucket forgets it"),
      field("problem", &ElectionRow::problem, "why it cannot be read"),
  };
};

struct ElectionInfo {
  std::string bucket;
  std::string created;
  std::string storage;
  std::int64_t ttl_ms = 0;
  std::int64_t history = 1;
  std::int64_t replicas = 1;
  std::optional<std::string> stream_leader;
  std::vector<std::string> stream_followers;
  std::uint64_t messages = 0;
  bool reads_any_replica = false;
  std::vector<std::string> warnings;
  std::vector<ElectionRow> elections;
  bool operator==(const ElectionInfo&) const = default;
};

template <>
struct Described<ElectionInfo> {
  static constexpr auto fields = std::tuple{
      field("bucket", &ElectionInfo::bucket, "key-value bucket"),
      field("created", &ElectionInfo::created, "RFC 3339"),
      field("storage", &ElectionInfo::storage, "file or memory"),
      field("ttl_ms", &ElectionInfo::ttl_ms, Unit::milliseconds, "after which a key is forgotten; 0: never"),
      field("history", &ElectionInfo::history, "messages kept of each key"),
      field("replicas", &ElectionInfo::replicas, "brokers that keep it"),
      field("stream_leader", &ElectionInfo::stream_leader, "broker that leads the replicas"),
      field("stream_followers", &ElectionInfo::stream_followers, "the other brokers that keep it"),
      field("messages", &ElectionInfo::messages, "keys and delete markers"),
      field("reads_any_replica", &ElectionInfo::reads_any_replica, "what is shown may be behind the stream's leader"),
      field("warnings", &ElectionInfo::warnings, "what is wrong with the bucket"),
      field("elections", &ElectionInfo::elections, "oldest write first"),
  };
};

}  // namespace fleetwatch::model
