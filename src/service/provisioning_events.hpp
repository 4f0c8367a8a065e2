// The lifecycle events of servers in provisioning: those that the broker's stream has kept, and again what came since.
// Where the broker has no stream, those that come while we listen.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "choria/provisioning_states.hpp"
#include "outside/bus.hpp"
#include "parse/lifecycle.hpp"
#include "parse/stream_history.hpp"
#include "service/stream_history.hpp"

namespace fleetwatch::service {

struct ProvisioningEventsOptions {
  milliseconds since = std::chrono::hours(24);  // how far back the stream is read, and what is remembered
  milliseconds timeout{5'000};                  // of one update
  bool listen = false;                          // where there is no stream
};

class ProvisioningEvents {
 public:
  using MakeBus = std::function<std::unique_ptr<outside::Bus>()>;

  ProvisioningEvents(MakeBus make_bus, const Clock& clock, ProvisioningEventsOptions options)
      : make_bus_(std::move(make_bus)), clock_(clock), options_(options) {}

  // Connects, or takes what came since the last time.
  boost::asio::awaitable<void> update();
  // Says what is known, and why that is not all.
  void tell(model::BrokerConnections& connections) const;

 private:
  struct Read {
    std::uint64_t sequence = 0;
    std::int64_t seen_unix_ms = 0;
    model::LifecycleEvent event;
  };

  outside::Answer<bool> try_update(Deadline deadline);
  outside::Answer<bool> connect(Deadline deadline);
  outside::Answer<bool> read_stream(parse::StreamEnd end, Deadline deadline);
  outside::Answer<bool> read_some(HistoryRequest request, Deadline deadline, std::vector<Read>& events);
  boost::asio::awaitable<void> listen();
  void take(const outside::BusBatch& batch);
  void forget_old();

  MakeBus make_bus_;
  const Clock& clock_;
  ProvisioningEventsOptions options_;
  parse::LifecycleDecoder decoder_;
  std::unique_ptr<outside::Bus> bus_;
  bool is_connected_ = false;                               // or was, and the bus sees to it
  std::unique_ptr<outside::BusSubscription> subscription_;  // none: the stream is read
  bool hears_ = false;                                      // the subscription has a connection
  std::uint64_t dropped_ = 0;                               // by the subscription
  std::optional<std::uint64_t> read_to_;                    // sequence in the stream
  choria::ProvisioningStates states_;
  choria::KnownEvents known_;
  Steady::time_point asked_;  // at the last update that worked
  std::optional<Error> problem_;
};

}  // namespace fleetwatch::service
