// All elections at a broker, without being told where they are held.
#pragma once

#include <string>
#include <vector>

#include "service/election_bucket.hpp"

namespace fleetwatch::service {

// Whether a bucket is made for elections, as a Choria broker makes it: by its name or description; else history 1, a
// time to live up to an hour, and values too small for anything but a name, of which none can be deleted alone. Buckets
// of applications hold what is nobody's business, and may look like elections otherwise.
bool is_made_for_elections(const model::ElectionBucket& bucket);

struct ElectionList {
  std::vector<ElectionLook> looks;  // one for each bucket
  // Buckets that may hold elections and cannot be looked at, also those that were named and are not there.
  std::vector<UnreadableKey> unreadable;
};

// `where` gives the patience for one answer, and the deadline of everything. Errors: of the list of streams.
outside::Answer<ElectionList> list_elections(outside::Bus& bus, ElectionBucketOptions where, const Clock& clock);

}  // namespace fleetwatch::service
