#include "service/watch_machines.hpp"

#include <functional>
#include <string>
#include <utility>

#include "parse/machine_event.hpp"
#include "service/bus_waits.hpp"

namespace fleetwatch::service {

namespace {

using outside::BusNotice;

boost::asio::awaitable<Result<void>> watch(outside::Bus& bus, const Clock& clock, const char* subject,
                                           std::function<void(const std::string& payload)> take,
                                           std::uint64_t& dropped) {
  const auto subscription = bus.subscribe(subject);
  if (!subscription) co_return subscription.error();
  while (true) {
    const Deadline deadline = clock.monotonic() + kForEver;
    const auto batch = co_await (*subscription)->next(deadline);
    dropped = batch.dropped;
    for (const auto& message : batch.messages) take(message.payload);
    for (const auto& notice : batch.notices) {
      const bool ours = notice.kind == BusNotice::Kind::refused && notice.text.find(subject) != std::string::npos;
      if (ours) co_return subscription_not_permitted(subject, notice.text);
    }
  }
}

}  // namespace

boost::asio::awaitable<Result<void>> watch_transitions(outside::Bus& bus, const Clock& clock, MachineWatcher& watcher,
                                                       std::uint64_t& dropped) {
  parse::MachineEventDecoder decoder;
  std::function<void(const std::string&)> take = [&decoder, &watcher](const std::string& payload) {
    const auto transition = decoder.transition(payload);
    transition ? watcher.saw(*transition) : watcher.saw_undecodable_transition();
  };
  auto watching = watch(bus, clock, model::kTransitionSubject, std::move(take), dropped);
  co_return co_await std::move(watching);
}

boost::asio::awaitable<Result<void>> watch_exec_watchers(outside::Bus& bus, const Clock& clock, MachineWatcher& watcher,
                                                         std::uint64_t& dropped) {
  parse::MachineEventDecoder decoder;
  std::function<void(const std::string&)> take = [&decoder, &watcher](const std::string& payload) {
    const auto state = decoder.exec_watcher(payload);
    state ? watcher.saw(*state) : watcher.saw_undecodable_exec_watcher();
  };
  auto watching = watch(bus, clock, model::kExecWatcherSubject, std::move(take), dropped);
  co_return co_await std::move(watching);
}

}  // namespace fleetwatch::service
