// What lifecycle events say of a network all together: who is there, with which version, and how many events of which
// kind came. Follows the reference's tally; time is an argument.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/event_tally.hpp"
#include "model/lifecycle.hpp"

namespace fleetwatch::choria {

// Hosts that were not heard of for so long are gone: a server says that it is alive every 30 minutes.
inline constexpr std::int64_t kHostExpiryMs = std::int64_t{80} * 60 * 1000;

class EventTally {
 public:
  // Identities, components and versions are claims of whoever sends: beyond this many hosts, or names of anything else,
  // new ones are counted as left out and forgotten; so is what has a longer name.
  struct Limits {
    std::size_t hosts = 500'000;
    std::size_t names = 10'000;
    std::size_t bytes = 256;  // of one of them
  };

  EventTally() : EventTally(Limits()) {}
  explicit EventTally(Limits limits) : limits_(limits) {}

  // In the order of `seen_unix_ms`, which is when the event came, not when it says that it was made.
  void add(const model::LifecycleEvent& event, std::int64_t seen_unix_ms);
  // A message that is no event; the component is the last word of its subject.
  void add_undecodable(std::string_view subject);
  // Removes the hosts that were not heard of for kHostExpiryMs; how many.
  std::size_t expire(std::int64_t now_unix_ms);

  const model::EventTally& result() const { return result_; }

 private:
  bool too_long(const model::LifecycleEvent& event) const;
  model::ComponentTally* component(std::string_view name);
  void put(model::ComponentTally& component, const model::LifecycleEvent& event, std::int64_t seen_unix_ms);
  void remove(model::ComponentTally& component, const std::string& identity);
  static void drop_version(model::ComponentTally& component, const std::string& version);

  Limits limits_;
  model::EventTally result_;
  std::size_t hosts_ = 0;
  std::size_t names_ = 0;
};

}  // namespace fleetwatch::choria
