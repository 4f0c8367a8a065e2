// Names of elections and of their buckets. Both become parts of a broker's subjects, where other characters would mean
// something.
#pragma once

#include <string_view>

#include "base/result.hpp"

namespace fleetwatch::parse {

// A-Z a-z 0-9 - / _ = . with no dot at either end and no two together. Error: usage.
Result<void> check_election_key(std::string_view key);

// A-Z a-z 0-9 - _. Error: usage.
Result<void> check_bucket_name(std::string_view bucket);

// What stands before the subjects of a broker's streams: as a key, and $. Error: usage.
Result<void> check_api_prefix(std::string_view prefix);

}  // namespace fleetwatch::parse
