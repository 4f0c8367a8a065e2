// Runs one probe on a fake machine to its end, without waiting: when all that is left hangs, the clock jumps.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>
#include <stdexcept>

#include "probe/context.hpp"
#include "support/fake_machine.hpp"

namespace fleetwatch::test {

// Polls until `task` has ended; rethrows what it threw.
inline void run_to_end(boost::asio::io_context& loop, FakeMachine& machine, boost::asio::awaitable<void> task) {
  std::optional<std::exception_ptr> ended;
  boost::asio::co_spawn(loop, std::move(task), [&](std::exception_ptr thrown) { ended = std::move(thrown); });
  loop.poll();
  while (!ended) {
    if (!machine.hanging.jump_to_next_deadline()) throw std::logic_error("the task waits for something no fake gives");
    loop.restart();
    loop.poll();
  }
  if (*ended) std::rethrow_exception(*ended);
}

inline model::NodeReport run_probe(FakeMachine& machine, std::string_view section, probe::Probe probe,
                                   const probe::Options& options = {}, milliseconds limit = milliseconds{2000}) {
  boost::asio::io_context loop;  // outlives `shared`, whose answers wait on its timers
  auto outside = machine.outside();
  const auto deadline = machine.clock.monotonic() + limit;
  probe::Shared shared(outside, deadline);
  model::NodeReport report;
  probe::Context context{section, outside, shared, options, deadline, report};
  run_to_end(loop, machine, probe(context));
  return report;
}

}  // namespace fleetwatch::test
