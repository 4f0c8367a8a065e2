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
  if (!is_connected_) {
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
    forget_old();
    co_return read;
  }
  if (options_.listen && !read_to_) {
    co_await listen();
    asked_ = asked;
    forget_old();
  }
  co_return end.error();
}

// A bus that could not be connected is kept: to end it may wait for what it does just now.
outside::Answer<bool> ProvisioningEvents::connect(Deadline deadline) {
  if (!bus_) bus_ = make_bus_();
  const Deadline until = std::min<Deadline>(deadline, clock_.monotonic() + kPatience);
  const auto connected = co_await bus_->connect(until);
  if (!connected) co_return connected.error();
  is_connected_ = true;
  co_return true;
}

outside::Answer<bool> ProvisioningEvents::read_stream(parse::StreamEnd end, Deadline deadline) {
  const bool anew = !read_to_ || end.last_sequence < *read_to_;
  if (!anew && end.last_sequence == *read_to_) co_return true;
  std::vector<Read> events;
  HistoryRequest request;
  request.stream = kEventStream;
  request.last_sequence = end.last_sequence;
  request.quiet = options_.timeout;
  request.deadline = deadline;
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

boost::asio::awaitable<void> ProvisioningEvents::listen() {
  known_.own_clock = true;
  if (!subscription_) {
    auto made = bus_->subscribe(kEventSubjects);
    if (!made) co_return;
    subscription_ = std::move(*made);
    hears_ = true;
    dropped_ = 0;
  }
  while (true) {
    const auto batch = co_await subscription_->next(clock_.monotonic());
    if (batch.messages.empty() && batch.notices.empty()) co_return;
    take(batch);
  }
}

// Where events may be missing, what was heard before them says nothing; nor do those of the same batch, which may have
// come before.
void ProvisioningEvents::take(const outside::BusBatch& batch) {
  using Kind = outside::BusNotice::Kind;
  bool missed = batch.dropped > dropped_;
  dropped_ = batch.dropped;
  for (const auto& notice : batch.notices) {
    if (notice.kind == Kind::disconnected) hears_ = false;
    if (notice.kind == Kind::reconnected) hears_ = true;
    missed = missed || notice.kind != Kind::refused;
  }
  if (missed) {
    states_ = {};
    return;
  }
  for (const auto& message : batch.messages) {
    const auto event = decoder_.decode(message.payload);
    if (event) states_.add(*event, message.arrived_unix_ms);
  }
}

// As if they were asked for now.
void ProvisioningEvents::forget_old() {
  const auto since = clock_.unix_ms() - options_.since.count();
  states_.forget_before(since);
  if (known_.since_unix_ms) known_.since_unix_ms = std::max(*known_.since_unix_ms, since);
}

void ProvisioningEvents::tell(model::BrokerConnections& connections) const {
  if (problem_) connections.events_error = to_string(*problem_);
  // What was known a while ago may be over.
  const bool is_known = subscription_ ? hears_ : read_to_ && !problem_;
  if (!is_known) return;
  auto known = known_;
  known.now_unix_ms = clock_.unix_ms();
  known.lag = std::chrono::duration_cast<milliseconds>(clock_.monotonic() - asked_ + kOnTheWay);
  tell_states(connections, states_, known);
}

}  // namespace fleetwatch::service
