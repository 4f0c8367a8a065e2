// Taking an election away from its leader.
//
// A delete marker tells those who watch the key at once; it is written only over what was read, so that it never hits a
// successor; without a sequence only where the key may not be read. Then the key is purged where that is permitted: a
// marker alone keeps candidates out that may not read it.
#pragma once

#include <cstdint>
#include <string>

#include "service/election_bucket.hpp"

namespace fleetwatch::service {

struct Eviction {
  std::string leader;       // who was evicted; empty: nobody led
  bool had_leader = false;  // also when it could not be read who
  bool purged = false;      // nothing is left on the key
  std::string why_not;      // it was not purged
  bool announced = false;   // candidates that hear the key were told how to lead all the same
};

// `key` is legal. Errors: denied, timeout, unavailable; not_found when there is no such bucket.
outside::Answer<Eviction> evict(ElectionBucket& bucket, std::string key);

}  // namespace fleetwatch::service
