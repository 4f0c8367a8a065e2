// What all that waits for a message broker has in common.
#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"

namespace fleetwatch::service {

// Waits without an end are cut into pieces: a deadline far beyond overflows when it is computed with.
inline constexpr std::chrono::hours kForEver{24 * 365};

// `said` is what the broker says of it.
inline Error subscription_not_permitted(const char* subject, const std::string& said) {
  return {ErrorKind::denied, "the permission to subscribe is missing: " + said, subject,
          std::string("let our user subscribe to \"") + subject + "\" in the broker's permissions"};
}

}  // namespace fleetwatch::service
