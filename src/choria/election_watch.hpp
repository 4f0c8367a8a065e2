// Tells changes of leader from renewals, and notices a leader that stopped renewing long before the bucket forgets its
// key: it learns how often each one writes. Pure: it is shown all keys again and again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/election.hpp"
#include "model/election_change.hpp"

namespace fleetwatch::choria {

class ElectionWatch {
 public:
  explicit ElectionWatch(std::string bucket) : bucket_(std::move(bucket)) {}

  // All keys of the bucket as they are at `now_unix_ms`, by the clock that stamps them; times never go back. `ttl_ms`
  // 0: keys are not forgotten. What changed since the last look, oldest first; the first look tells who leads.
  std::vector<model::ElectionChange> look(const std::vector<model::ElectionKey>& keys, std::int64_t ttl_ms,
                                          std::int64_t now_unix_ms);

 private:
  struct Known {
    model::ElectionKey key;
    std::string leader;                       // the last one; of a marker too
    std::optional<std::int64_t> interval_ms;  // longest seen between two writes of this leader
    bool stalled = false;
  };
  struct Now {
    std::int64_t ttl_ms;
    std::int64_t unix_ms;
  };

  void changed(Known& known, const model::ElectionKey& key, const Now& now);
  void renewed(Known& known, const model::ElectionKey& key, const Now& now);
  void unchanged(Known& known, const Now& now);
  void vanished(const Known& known, const Now& now);
  model::ElectionChange& tell(const char* change, const Known& known, std::int64_t time_unix_ms, const Now& now);

  std::string bucket_;
  bool looked_ = false;
  std::map<std::string, Known> known_;
  std::map<std::string, std::string> last_leader_;  // of keys that are gone
  std::vector<model::ElectionChange> changes_;
};

// How old the last write of a leader may become before something is wrong with it. Without a usual interval: no
// candidate of the reference waits longer than 0.75 × TTL.
std::int64_t stalled_after_ms(std::optional<std::int64_t> usual_interval_ms, std::int64_t ttl_ms);

}  // namespace fleetwatch::choria
