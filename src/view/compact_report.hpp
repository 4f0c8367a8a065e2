// A snapshot for a language model with a small budget: the verdict, the alerts by importance, and only what deviates.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "model/alert.hpp"
#include "model/compact_report.hpp"
#include "model/snapshot.hpp"

namespace fleetwatch::view {

inline constexpr std::size_t kCharactersPerToken = 4;
// The verdict and the counts fit; the worst alert does too unless it names long hosts full of quotes, which take twice
// their room in JSON.
inline constexpr std::size_t kLeastTokens = 200;
inline constexpr std::size_t kUsualTokens = 8000;

// Bytes of the report as it will be written.
using SizeOf = std::function<std::size_t(const model::CompactReport&)>;

struct CompactLimits {
  std::size_t max_bytes = 0;  // kLeastTokens × kCharactersPerToken or more
  bool flat = false;          // effects stand beside their causes instead of beneath them
};

// At most `max_bytes` bytes. Says less about each entry first, then leaves out whole ones from the end of both lists,
// nodes before alerts; `truncated` says how many. The same input gives the same bytes.
model::CompactReport compact_report(const model::Snapshot& snapshot, const std::vector<model::Alert>& alerts,
                                    const CompactLimits& limits, const SizeOf& size_of);

}  // namespace fleetwatch::view
