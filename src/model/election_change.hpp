// What changed in an election, as `election info --watch --json` writes it: one object per line.
#pragma once

#include "model/field.hpp"

namespace fleetwatch::model {

struct ElectionChange {
  std::int64_t time_unix_ms = 0;  // when it happened, by the server's clock
  std::string bucket;
  std::string election;
  std::string change;                             // see the table
  std::optional<std::string> leader;              // who leads; absent: nobody
  std::optional<std::string> previous;            // who led before, when that is known
  std::optional<std::uint64_t> revision;          // of the key
  std::optional<std::int64_t> age_ms;             // of the last write
  std::optional<std::int64_t> time_left_ms;       // until the key, or its marker, is forgotten
  std::optional<std::int64_t> usual_interval_ms;  // between two renewals of this leader
  bool operator==(const ElectionChange&) const = default;
};

template <>
struct Described<ElectionChange> {
  static constexpr auto fields = std::tuple{
      field("time_unix_ms", &ElectionChange::time_unix_ms, Unit::unix_milliseconds, "by the server's clock"),
      field("bucket", &ElectionChange::bucket, "key-value bucket that holds the election"),
      field("election", &ElectionChange::election, "its key"),
      field("change", &ElectionChange::change,
            "leads (when the watching began), won, again (won by the leader before), overwritten (by a program that is "
            "no "
            "candidate), released, evicted, expired, stalled (does not renew as it used to), renews (again)"),
      field("leader", &ElectionChange::leader, "who leads; absent: nobody"),
      field("previous", &ElectionChange::previous, "who led before"),
      field("revision", &ElectionChange::revision, "sequence of the last write"),
      field("age_ms", &ElectionChange::age_ms, Unit::milliseconds, "since the last write"),
      field("time_left_ms", &ElectionChange::time_left_ms, Unit::milliseconds, "until the key is forgotten"),
      field("usual_interval_ms", &ElectionChange::usual_interval_ms, Unit::milliseconds, "between two renewals"),
  };
};

}  // namespace fleetwatch::model
