// Leader elections as the reference shows them, byte for byte, and as rows with more.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/election.hpp"
#include "model/election_change.hpp"
#include "model/election_row.hpp"
#include "view/document.hpp"

namespace fleetwatch::view {

// What is wrong with the bucket; one sentence each, without "WARNING: ".
std::vector<std::string> election_warnings(const model::ElectionBucket& bucket);

// Warnings and the block about the bucket.
std::string election_bucket_text(const model::ElectionBucket& bucket);

// The box with the leaders; nothing for an empty bucket. Markers are not in it.
std::string election_table_text(const model::ElectionBucket& bucket, const std::vector<model::ElectionKey>& keys);

// `now_unix_ms` by the clock of the server, where it is known.
model::ElectionRow election_row(const model::ElectionBucket& bucket, const model::ElectionKey& key,
                                std::int64_t now_unix_ms);

// A key that cannot be read, and why; without a key a whole bucket.
model::ElectionRow unreadable_row(std::string bucket, std::string election, std::string problem);

// All but `reads_any_replica`.
model::ElectionInfo election_info(const model::ElectionBucket& bucket, const std::vector<model::ElectionKey>& keys,
                                  std::int64_t now_unix_ms);

// One line: when, which election, what.
Document election_change(const model::ElectionChange& change);

Document election_list(const std::vector<model::ElectionRow>& rows, std::size_t width);

}  // namespace fleetwatch::view
