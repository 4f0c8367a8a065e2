// How old the answers are that a report reused instead of asking again.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace fleetwatch::service {

// Of one report at a time; see model::NodeReport::ages_sec for the names.
class Ages {
 public:
  void reused(const std::string& name, std::chrono::seconds age) {
    const auto entry = oldest_sec_.try_emplace(name, age.count()).first;
    entry->second = std::max<std::int64_t>(entry->second, age.count());
  }
  void forget() { oldest_sec_.clear(); }
  // By name, the age of the oldest reused answer; empty when every answer is fresh.
  const std::map<std::string, std::int64_t>& oldest_sec() const { return oldest_sec_; }

 private:
  std::map<std::string, std::int64_t> oldest_sec_;
};

}  // namespace fleetwatch::service
