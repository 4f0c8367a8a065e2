#include "service/choria_overview.hpp"

#include <deque>
#include <iterator>
#include <utility>

#include "base/rfc3339.hpp"
#include "choria/event_tally.hpp"
#include "parse/lifecycle.hpp"
#include "service/stream_history.hpp"
#include "service/watch_events.hpp"

namespace fleetwatch::service {

namespace {

// Counts all events and keeps the last ones.
class LastEvents {
 public:
  explicit LastEvents(std::size_t wanted) : wanted_(wanted) {}

  void add(std::vector<StoredMessage> stored) {
    for (auto& one : stored) {
      ++read_;
      auto event = decoder_.decode(one.message.payload);
      const auto seen = one.message.arrived_unix_ms;
      if (!event) {
        tally_.add_undecodable(one.message.subject);
        continue;
      }
      tally_.add(*event, seen);
      last_.push_back({std::move(*event), std::move(one.message.subject), std::move(one.message.payload), seen, true});
      if (last_.size() > wanted_) last_.pop_front();
    }
  }

  void give(model::ChoriaOverview& overview, std::int64_t now_unix_ms) && {
    tally_.expire(now_unix_ms);
    overview.events_read = read_;
    overview.events.emplace(std::make_move_iterator(last_.begin()), std::make_move_iterator(last_.end()));
    for (const auto& [component, counts] : tally_.result().components) {
      for (const auto& [version, hosts] : counts.versions) overview.components.push_back({component, version, hosts});
    }
  }

 private:
  std::size_t wanted_;
  parse::LifecycleDecoder decoder_;
  choria::EventTally tally_;
  std::deque<model::SeenEvent> last_;
  std::uint64_t read_ = 0;
};

boost::asio::awaitable<void> add_events(outside::Bus& bus, const Clock& clock, OverviewRequest request,
                                        model::ChoriaOverview& overview) {
  std::string stream = kEventStream;
  const auto end = co_await stream_end(bus, std::move(stream), clock.monotonic() + request.timeout);
  if (!end) {
    overview.missing.push_back({"events", to_string(end.error())});
    co_return;
  }
  LastEvents events(request.last);
  HistoryRequest history;
  history.stream = kEventStream;
  history.subject = kEventSubjects;
  history.since_unix_ms = clock.unix_ms() - request.since.count();
  history.last_sequence = end->last_sequence;
  history.quiet = request.timeout;
  const auto read = co_await read_history(bus, std::move(history), [&events](std::vector<StoredMessage> stored) {
    events.add(std::move(stored));
    return true;
  });
  if (!read) overview.missing.push_back({"events", to_string(read.error())});
  std::move(events).give(overview, clock.unix_ms());
}

}  // namespace

boost::asio::awaitable<model::ChoriaOverview> choria_overview(outside::Bus& bus, const Clock& clock,
                                                              OverviewRequest request) {
  model::ChoriaOverview overview;
  overview.collected_at = rfc3339(clock.unix_ms());
  co_await add_events(bus, clock, request, overview);
  co_return overview;
}

}  // namespace fleetwatch::service
