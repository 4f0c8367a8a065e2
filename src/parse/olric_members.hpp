// Olric's answer to CLUSTER.MEMBERS: an array of arrays of name, birth date, coordinator.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct OlricMembers {
  std::vector<std::string> names;          // sorted: each node answers in an order of its own
  std::optional<std::string> coordinator;  // the oldest member
};

// Errors: denied (a password is needed), unavailable (any other error that Olric answers), malformed, too_large.
Result<OlricMembers> parse_olric_members(std::string_view bytes);

}  // namespace fleetwatch::parse
