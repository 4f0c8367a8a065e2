// Asks all nodes of an environment at once and brings back one snapshot: every node is in it, reached or not.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/snapshot.hpp"
#include "outside/node_channel.hpp"

namespace fleetwatch::service {

struct GatherOptions {
  std::string environment;
  std::size_t environment_size = 0;       // nodes of the environment, also those that are not asked
  bool filtered = false;                  // only some of them are asked
  milliseconds per_node_timeout{30'000};  // over all attempts
  milliseconds run_deadline{60'000};      // over all nodes
  std::size_t parallel = 32;              // nodes asked at once
  milliseconds retry_pause{2'000};
  int max_retries = 3;  // only for connection problems, only while time is left
};

// A node is finished; failure is nullptr when it answered.
struct GatherProgress {
  std::size_t done = 0;
  std::size_t total = 0;
  const model::InventoryNode* node = nullptr;
  const model::Failure* failure = nullptr;
};

struct Gatherer {
  outside::NodeChannel& remote;
  outside::NodeChannel* local;  // for nodes that are this machine; nullptr: they are asked like any other
  const Clock& clock;
  std::function<Result<model::NodeReport>(std::string_view json)> decode;
  std::function<void(const GatherProgress&)> progress;  // may be empty
};

// Never fails as a whole; ends by the run's deadline as far as the channels end by the ones they are given (they are
// cancelled shortly after it). When the caller is cancelled, unfinished nodes are failures with reason timeout. The
// caller's executor must be run by one thread; what the gatherer refers to outlives the call.
boost::asio::awaitable<model::Snapshot> gather(std::vector<model::InventoryNode> nodes, GatherOptions options,
                                               Gatherer gatherer);

}  // namespace fleetwatch::service
