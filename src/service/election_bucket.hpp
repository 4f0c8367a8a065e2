// The bucket of elections at a broker: what is in it, and the writes that elections are made of.
//
// Keys are read from the leader of the stream. Any replica may answer a direct get, also one that is behind: it is
// asked only where the leader may not be, and `reads_any_replica` says so.
#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "choria/election.hpp"
#include "model/election.hpp"
#include "outside/bus.hpp"

namespace fleetwatch::service {

inline constexpr std::string_view kElectionBucket = "CHORIA_LEADER_ELECTION";

// Headers of writes.
inline constexpr std::string_view kExpectedSequence = "Nats-Expected-Last-Subject-Sequence";
inline constexpr std::string_view kOperation = "KV-Operation";
inline constexpr std::string_view kReleasedHeader = "Fleetwatch-Released";  // our own
inline constexpr std::string_view kRunHeader = "Fleetwatch-Run";            // our own: which candidate wrote it
inline constexpr std::string_view kMarkerHeader = "Fleetwatch-Marker";      // our own: sequence of a delete marker

inline constexpr std::string_view kOwnApi = "$JS.API";

struct ElectionBucketOptions {
  std::string bucket{kElectionBucket};  // a legal name
  std::string api_prefix{kOwnApi};      // with another one writes go to <prefix>.$KV…, as the reference does
  milliseconds patience{5'000};         // for one answer
  Deadline until = Deadline::max();     // for all of them: later answers are not waited for
};

// A key that is there, and cannot be shown as an election.
struct UnreadableKey {
  std::string name;
  Error problem;
};
struct StoredKeys {
  std::vector<model::ElectionKey> readable;  // oldest write first
  std::vector<UnreadableKey> unreadable;
};

class ElectionBucket {
 public:
  // Error: unavailable (no such bucket is not_found), denied, timeout, malformed.
  template <class T>
  using Answer = outside::Answer<T>;

  // The bus outlives it.
  ElectionBucket(outside::Bus& bus, ElectionBucketOptions options);

  Answer<model::ElectionBucket> info();
  // All of them; those that age meanwhile are left out. An error only where nothing can be read.
  Answer<StoredKeys> keys();
  // Nothing: there is neither value nor marker. A legal key.
  Answer<std::optional<model::ElectionKey>> read(std::string key);

  // Written only when the newest message of the key has the expected sequence; 0: there is none. `run` is written
  // beside the value, and tells the writer's own from those of others with the same name; empty: nothing is.
  boost::asio::awaitable<choria::PutAnswer> put(std::string key, std::string value, std::uint64_t expected_sequence,
                                                std::string run = {});
  // A delete marker, under the same condition; without a sequence whatever is there.
  boost::asio::awaitable<choria::PutAnswer> put_marker(std::string key, std::optional<std::uint64_t> expected_sequence);
  // A delete marker by which a holder gives its own key back: whoever reads it knows that nobody leads any more.
  boost::asio::awaitable<choria::PutAnswer> release(std::string key, std::uint64_t expected_sequence);
  // Tells candidates that hear writes of the key, and may not read it, which sequence its delete marker has: they can
  // write over exactly that. It is a write that the stream refuses. Whether the stream answered: else nobody may have
  // heard.
  boost::asio::awaitable<bool> announce_marker(std::string key, std::uint64_t sequence, bool released);
  // Removes what the key has below that sequence: then it never existed, and any candidate can win it at once.
  Answer<std::uint64_t> purge(std::string key, std::uint64_t below_sequence);

  // The subject that writes of a key go to, and where they can be watched; those of the own account, when the bucket is
  // another one's.
  std::string subject_of(std::string_view key) const;
  // The bucket may be another account's, of which ours has no more than some subjects.
  bool may_be_imported() const { return options_.api_prefix != kOwnApi; }
  // The last look went to a replica that may be behind.
  bool reads_any_replica() const { return direct_; }
  const ElectionBucketOptions& options() const { return options_; }

 private:
  std::string stream() const { return "KV_" + options_.bucket; }
  std::string key_prefix() const { return "$KV." + options_.bucket + "."; }
  Deadline deadline() const { return std::min(Steady::now() + options_.patience, options_.until); }

  Answer<std::string> ask(std::string what, std::string payload);
  Answer<std::optional<model::ElectionKey>> read_leader(std::string key);
  Answer<std::optional<model::ElectionKey>> read_directly(std::string key);
  Answer<std::vector<std::string>> stored_keys();
  Answer<outside::BusMessage> ask_when_connected(outside::BusMessage message, Deadline until, int& sent);
  boost::asio::awaitable<choria::PutAnswer> write(outside::BusMessage message);

  outside::Bus& bus_;
  ElectionBucketOptions options_;
  bool direct_ = false;
};

// All that is in a bucket at one time.
struct ElectionLook {
  model::ElectionBucket bucket;
  std::vector<model::ElectionKey> keys;  // oldest write first
  std::vector<UnreadableKey> unreadable = {};
  std::int64_t now_unix_ms = 0;  // by the server's clock, where it tells; else by ours
  bool reads_any_replica = false;
};
outside::Answer<ElectionLook> look_at(ElectionBucket& bucket, const Clock& clock);

}  // namespace fleetwatch::service
