#include "service/provisioning_events.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "service/seen_messages.hpp"
#include "service/watch_events.hpp"

namespace fleetwatch::service {

namespace {

// To connect, and for the first answer: one broker that is gone does not keep all else waiting.
constexpr std::chrono::seconds kPatience{2};
constexpr std::size_t kMostEvents = 500'000;

// Most events of a network are signs of life of servers that were provisioned long ago: those are not read.
constexpr std::array<const char*, 2> kSubjects = {"choria.lifecycle.event.*.provision_mode_server",
                                                  "choria.lifecycle.event.startup.server"};

}  // namespace

boost::asio::awaitable<void> ProvisioningEvents::update() {
  auto updating = try_update(clock_.monotonic() + options_.timeout);
  const auto updated = co_await std::move(updating);
  problem_ = updated ? std::nullopt : std::optional(updated.error());
}

outside::Answer<bool> ProvisioningEvents::try_update(Deadline deadline) {
  if (!bus_) {
    const auto connected = co_await connect(deadline);
    if (!connected) co_return connected.error();
  }
  const auto asked = clock_.monotonic();
  std::string stream = kEventStream;
  const Deadline until = std::min<Deadline>(deadline, asked + kPatience);
  const auto end = co_await stream_end(*bus_, std::move(stream), until);
  if (end) {
    subscription_.reset();
    const auto read = co_await read_stream(*end, deadline);
    if (read) asked_ = asked;
    co_return read;
  }
  if (options_.listen && !read_to_) {
    co_await listen();
    asked_ = asked;
  }
  co_return end.error();
}

outside::Answer<bool> ProvisioningEvents::connect(Deadline deadline) {
  auto bus = make_bus_();
  const Deadline until = std::min<Deadline>(deadline, clock_.monotonic() + kPatience);
  const auto connected = co_await bus->connect(until);
  if (!connected) co_return connected.error();
  bus_ = std::move(bus);
  co_return true;
}

outside::Answer<bool> ProvisioningEvents::read_stream(parse::StreamEnd end, Deadline deadline) {
  const bool anew = !read_to_ || end.last_sequence < *read_to_;
  if (!anew && end.last_sequence == *read_to_) co_return true;
  std::vector<Read> events;
  HistoryRequest request;
  request.stream = kEventStream;
  request.last_sequence = end.last_sequence;
  request.quiet = std::max(std::chrono::duration_cast<milliseconds>(deadline - clock_.monotonic()), milliseconds(0));
  request.since_unix_ms = anew ? clock_.unix_ms() - options_.since.count() : 0;
  request.first_sequence = anew ? 0 : *read_to_ + 1;
  for (const auto* subject : kSubjects) {
    HistoryRequest part = request;
    part.subject = subject;
    const auto read = co_await read_some(std::move(part), deadline, events);
    if (!read) co_return read.error();
  }
  std::stable_sort(events.begin(), events.end(), [](const Read& a, const Read& b) { return a.sequence < b.sequence; });
  if (anew) {
    states_ = {};
    known_ = {};
    if (end.complete_since_unix_ms) {
      known_.since_unix_ms = std::max(*end.complete_since_unix_ms, request.since_unix_ms);
    }
  }
  for (const auto& one : events) states_.add(one.event, one.seen_unix_ms);
  read_to_ = end.last_sequence;
  co_return true;
}

outside::Answer<bool> ProvisioningEvents::read_some(HistoryRequest request, Deadline deadline,
                                                    std::vector<Read>& events) {
  std::optional<Error> enough;
  const auto take = [&](const std::vector<StoredMessage>& stored) {
    for (const auto& one : stored) {
      auto event = decoder_.decode(one.message.payload);
      if (event) events.push_back({one.sequence, one.message.arrived_unix_ms, std::move(*event)});
    }
    if (clock_.monotonic() >= deadline) {
      enough = Error{ErrorKind::timeout, "the events were not read in time; ask for less with --since", kEventStream};
    } else if (events.size() > kMostEvents) {
      enough = Error{ErrorKind::too_large, "too many events; ask for less with --since", kEventStream};
    }
    return !enough;
  };
  const auto read = co_await read_history(*bus_, std::move(request), take);
  if (!read) co_return read.error();
  if (enough) co_return *enough;
  if (read->lost > 0) co_return Error{ErrorKind::unavailable, "events were lost on the way to us", kEventStream};
  co_return true;
}

// Notices are not looked at: that events may be missing is said in any case.
boost::asio::awaitable<void> ProvisioningEvents::listen() {
  known_.own_clock = true;
  if (!subscription_) {
    auto made = bus_->subscribe(kEventSubjects);
    if (!made) co_return;
    subscription_ = std::move(*made);
  }
  while (true) {
    const auto batch = co_await subscription_->next(clock_.monotonic());
    if (batch.messages.empty()) co_return;
    for (const auto& message : batch.messages) {
      const auto event = decoder_.decode(message.payload);
      if (event) states_.add(*event, message.arrived_unix_ms);
    }
  }
}

void ProvisioningEvents::tell(model::BrokerConnections& connections) const {
  if (problem_) connections.events_error = to_string(*problem_);
  // What was known a while ago may be over.
  const bool is_known = subscription_ != nullptr || (read_to_ && !problem_);
  if (!is_known) return;
  auto known = known_;
  known.now_unix_ms = clock_.unix_ms();
  known.lag = std::chrono::duration_cast<milliseconds>(clock_.monotonic() - asked_ + kOnTheWay);
  tell_states(connections, states_, known);
}

}  // namespace fleetwatch::service
