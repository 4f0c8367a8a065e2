// Runs the probes of one node report side by side and ends on time whatever they do.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "model/report.hpp"
#include "probe/context.hpp"
#include "service/ages.hpp"

namespace fleetwatch::service {

struct CollectOptions {
  std::vector<std::string> sections;  // names of model::kSectionNames; empty: all
  milliseconds timeout{10'000};       // of the whole report
  probe::Options probe;
  std::string collector_name = "fleetwatch";
  std::string version;
  Ages* ages = nullptr;  // of a machine that reuses answers (service/aging.hpp); has to outlive the report
};

// Starts all probes at once; returns when all are done or the deadline has passed. A probe that is not done then is
// named in `errors`, and what it had filled in is kept; it goes on beside the caller, so `machine` has to outlive the
// event loop's work. A probe that throws makes its section null.
boost::asio::awaitable<model::NodeReport> collect(outside::Machine& machine, CollectOptions options);

}  // namespace fleetwatch::service
