// What lifecycle events say of a network all together: who is there, with which version, and how many events of which
// kind came. Follows the reference's tally; time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "model/lifecycle.hpp"

namespace fleetwatch::choria {

// Hosts that were not heard of for so long are gone: a server says that it is alive every 30 minutes.
inline constexpr std::int64_t kHostExpiryMs = std::int64_t{80} * 60 * 1000;

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

class EventTally {
 public:
  // Identities, components and versions are claims of whoever sends: beyond this many hosts, or names of anything else,
  // new ones are counted as left out and forgotten.
  struct Limits {
    std::size_t hosts = 500'000;
    std::size_t names = 10'000;
  };

  EventTally() : EventTally(Limits()) {}
  explicit EventTally(Limits limits) : limits_(limits) {}

  // In the order of `seen_unix_ms`, which is when the event came, not when it says that it was made.
  void add(const model::LifecycleEvent& event, std::int64_t seen_unix_ms);
  // A message that is no event; the component is the last word of its subject.
  void add_undecodable(std::string_view subject);
  // Removes the hosts that were not heard of for kHostExpiryMs; how many.
  std::size_t expire(std::int64_t now_unix_ms);

  const std::map<std::string, ComponentTally, std::less<>>& components() const { return components_; }
  std::uint64_t left_out() const { return left_out_; }

 private:
  ComponentTally* component(std::string_view name);
  void put(ComponentTally& component, const model::LifecycleEvent& event, std::int64_t seen_unix_ms);
  void remove(ComponentTally& component, const std::string& identity);
  static void drop_version(ComponentTally& component, const std::string& version);

  Limits limits_;
  std::map<std::string, ComponentTally, std::less<>> components_;
  std::size_t hosts_ = 0;
  std::size_t names_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace fleetwatch::choria
