// Where servers stand on their way through provisioning, by their lifecycle events; time is an argument. Identities are
// claims of whoever sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "model/connection.hpp"
#include "model/lifecycle.hpp"

namespace fleetwatch::choria {

struct Standing {
  std::string_view state;  // one of model::kState…
  std::int64_t since_unix_ms = 0;
  std::int64_t heard_unix_ms = 0;  // newest event
  bool startup_seen = false;       // of its present stay in provisioning
};

class ProvisioningStates {
 public:
  // Beyond so many servers new ones are left out, and those with longer names.
  struct Limits {
    std::size_t servers = 100'000;
    std::size_t bytes = 256;  // of a name
  };

  ProvisioningStates() : ProvisioningStates(Limits()) {}
  explicit ProvisioningStates(Limits limits) : limits_(limits) {}

  // In the order in which they came. The same events once more, in order, change nothing.
  void add(const model::LifecycleEvent& event, std::int64_t seen_unix_ms);

  // Servers of which nothing was heard since then are unknown again.
  void forget_before(std::int64_t unix_ms);

  // Servers of which something was heard in provisioning mode.
  const std::map<std::string, Standing>& servers() const { return servers_; }
  // Some were left out: who is not in there may have been heard of all the same.
  bool incomplete() const { return left_out_unix_ms_.has_value(); }

 private:
  Standing* waiting_one(const model::LifecycleEvent& event, std::int64_t seen_unix_ms);
  void add_waiting(const model::LifecycleEvent& event, std::int64_t seen_unix_ms);

  Limits limits_;
  std::map<std::string, Standing> servers_;
  std::optional<std::int64_t> left_out_unix_ms_;  // when the last one was
};

// What is known of the events behind the states.
struct KnownEvents {
  std::optional<std::int64_t> since_unix_ms;  // all since then, by the brokers' clock; absent: some may be missing
  milliseconds lag{0};                        // those of the last so many may be missing
  std::int64_t now_unix_ms = 0;
  bool own_clock = false;  // times of events are by our clock, as `now_unix_ms` is; else by the brokers'
};

// Tells the state of each server that waits, whose startup was not seen, and which servers left. Who is connected and
// waits is neither gone nor back, whatever an older event says.
void tell_states(model::BrokerConnections& connections, const ProvisioningStates& states, const KnownEvents& known);

}  // namespace fleetwatch::choria
