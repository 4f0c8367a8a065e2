#include "choria/backoff.hpp"

#include <algorithm>

namespace fleetwatch::choria {

milliseconds backoff(BackoffSteps steps, std::size_t failures, double random) {
  const int entry = steps[std::min(failures, steps.size() - 1)];
  return milliseconds(entry / 2 + static_cast<int>(random * entry));
}

}  // namespace fleetwatch::choria
