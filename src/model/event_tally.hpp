// What lifecycle events say of a network all together.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace fleetwatch::model {

struct TalliedHost {
  std::int64_t seen_unix_ms = 0;
  std::string version;
};

struct ComponentTally {
  std::map<std::string, TalliedHost, std::less<>> hosts;                   // by identity
  std::map<std::string, std::uint64_t, std::less<>> versions;              // hosts of each
  std::map<std::string_view, std::uint64_t> types;                         // events of each
  std::map<std::pair<std::string, std::string>, std::uint64_t> governors;  // events, by name and stage
  std::uint64_t good = 0;                                                  // events that were understood
  std::uint64_t errors = 0;                                                // messages that were not
  std::uint64_t expired = 0;                                               // hosts
};

struct EventTally {
  std::map<std::string, ComponentTally, std::less<>> components;
  std::uint64_t left_out = 0;  // of hosts and names, since there were too many of them or they were too long
};

}  // namespace fleetwatch::model
