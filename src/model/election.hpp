// Leader election: one key of a key-value bucket, whose value is the name of the leader. The bucket forgets a key that
// is not written again within its time to live (TTL).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace fleetwatch::model {

enum class ElectionState { unknown, candidate, leader };

constexpr std::string_view name_of(ElectionState state) {
  constexpr std::array<std::string_view, 3> kNames = {"unknown", "candidate", "leader"};
  return kNames[static_cast<std::size_t>(state)];
}

}  // namespace fleetwatch::model
