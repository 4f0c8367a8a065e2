// What the events of a Choria network have told lately, asked once.
#pragma once

#include "model/choria_overview.hpp"
#include "outside/bus.hpp"

namespace fleetwatch::service {

struct OverviewRequest {
  milliseconds since{std::chrono::minutes(80)};  // events of this time are read, and hosts counted from them
  std::size_t last = 10;                         // events that are shown
  milliseconds timeout{5'000};                   // of each part
};

// Events and components; when they cannot be read, the reason is in `missing`. The bus is connected.
boost::asio::awaitable<model::ChoriaOverview> choria_overview(outside::Bus& bus, const Clock& clock,
                                                              OverviewRequest request);

}  // namespace fleetwatch::service
