#include "cli/local_channel.hpp"

#include <algorithm>

#include "codec/report.hpp"
#include "service/collect.hpp"

namespace fleetwatch::cli {

boost::asio::awaitable<outside::AskResult> LocalChannel::ask(const model::InventoryNode& /*node*/, Deadline deadline) {
  service::CollectOptions options;
  options.version = FLEETWATCH_VERSION;
  options.probe.internet_target = internet_target_;
  auto& machine = machine_.machine();
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - machine.clock.monotonic());
  options.timeout = std::min(options.timeout, std::max(left, milliseconds{1}));
  const auto report = co_await service::collect(machine, std::move(options));
  outside::RawReport raw;
  raw.json = codec::write_report(report, codec::Layout::compact);
  raw.arrived_unix_ms = machine.clock.unix_ms();
  co_return outside::AskResult(std::move(raw));
}

}  // namespace fleetwatch::cli
