#include "service/watch_events.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "parse/lifecycle.hpp"
#include "service/stream_history.hpp"

namespace fleetwatch::service {

namespace {

using outside::BusNotice;

constexpr auto kForEver = std::chrono::hours(24 * 365);

// Messages that were stored about when the subscription began. They come from the stream, and perhaps live as well.
class StoredMeanwhile {
 public:
  void add(const outside::BusMessage& message) { texts_.insert(text_of(message)); }
  void end_at(Steady::time_point end) { end_ = end; }

  // Each one counts once, and only for a while: the reference sends the same document again and again.
  bool take(const outside::BusMessage& message) {
    if (texts_.empty()) return false;
    if (message.arrived > end_) {
      texts_.clear();
      return false;
    }
    const auto found = texts_.find(text_of(message));
    if (found == texts_.end()) return false;
    texts_.erase(found);
    return true;
  }

 private:
  static std::string text_of(const outside::BusMessage& message) { return message.subject + '\n' + message.payload; }

  std::unordered_multiset<std::string> texts_;
  Steady::time_point end_ = Steady::time_point::max();
};

class Watch {
 public:
  Watch(outside::Bus& bus, const Clock& clock, WatchOptions options, EventWatcher& watcher, WatchCounts& counts)
      : bus_(bus), clock_(clock), options_(std::move(options)), watcher_(watcher), counts_(counts) {}

  boost::asio::awaitable<Result<void>> run() {
    const auto url = co_await bus_.connect(clock_.monotonic() + kForEver);
    if (!url) co_return url.error();
    watcher_.connected(*url);
    // Where the stream ends before the subscription and after it: only what is stored in between can come twice.
    Result<parse::StreamEnd> before = Error{};
    if (options_.since) before = co_await end_of_stream();
    auto subscription = bus_.subscribe(kEventSubjects);
    if (!subscription) co_return subscription.error();
    if (options_.since) {
      const bool goes_on = co_await show_history(std::move(before));
      if (!goes_on) co_return Result<void>();
    }
    co_return co_await watch(**subscription);
  }

 private:
  outside::Answer<parse::StreamEnd> end_of_stream() {
    const Deadline deadline = clock_.monotonic() + options_.timeout;
    std::string stream = kEventStream;
    co_return co_await stream_end(bus_, std::move(stream), deadline);
  }

  // False: the watcher has enough.
  boost::asio::awaitable<bool> show_history(Result<parse::StreamEnd> before) {
    Result<parse::StreamEnd> now = before;
    if (before) now = co_await end_of_stream();
    if (!now) {
      watcher_.no_history(now.error());
      co_return true;
    }
    constexpr std::chrono::seconds kOnTheWay{2};
    meanwhile_.end_at(clock_.monotonic() + kOnTheWay);
    HistoryRequest request;
    request.stream = kEventStream;
    request.subject = kEventSubjects;
    request.since_unix_ms = clock_.unix_ms() - options_.since->count();
    request.last_sequence = now->last_sequence;
    request.quiet = options_.timeout;
    bool goes_on = true;
    const std::uint64_t settled = before->last_sequence;
    const auto read = co_await read_history(bus_, std::move(request), [&](std::vector<StoredMessage> stored) {
      goes_on = show_stored(std::move(stored), settled);
      return goes_on;
    });
    if (!read) {
      watcher_.no_history(read.error());
    } else {
      lost_from_stream_ = read->lost;
      counts_.dropped = lost_from_stream_;
    }
    co_return goes_on;
  }

  bool show_stored(std::vector<StoredMessage> stored, std::uint64_t settled) {
    EventBatch batch;
    for (auto& one : stored) {
      if (one.sequence > settled) meanwhile_.add(one.message);
      add(batch, std::move(one.message), true);
    }
    return show(batch);
  }

  bool show(const EventBatch& batch) { return watcher_.show(batch, counts_) && !enough(); }
  bool enough() const { return options_.count != 0 && counts_.shown >= options_.count; }

  boost::asio::awaitable<Result<void>> watch(outside::BusSubscription& subscription) {
    while (true) {
      auto batch = co_await subscription.next(clock_.monotonic() + kForEver);
      counts_.dropped = lost_from_stream_ + batch.dropped;
      EventBatch events;
      events.events.reserve(batch.messages.size());
      for (auto& message : batch.messages) {
        if (!meanwhile_.take(message)) add(events, std::move(message), false);
      }
      if (!show(events)) co_return Result<void>();
      for (const auto& notice : batch.notices) {
        const bool ours = notice.text.find(kEventSubjects) != std::string::npos;
        if (notice.kind == BusNotice::Kind::closed || (notice.kind == BusNotice::Kind::refused && ours))
          co_return Error{ErrorKind::unavailable, notice.text, "broker"};
        counts_.reconnects += notice.kind == BusNotice::Kind::reconnected ? 1 : 0;
        watcher_.noticed(notice);
      }
    }
  }

  void add(EventBatch& batch, outside::BusMessage message, bool stored) {
    if (enough()) return;
    auto event = decoder_.decode(message.payload);
    if (!event) {
      ++counts_.undecodable;
      batch.undecodable.push_back({event.error(), std::move(message.subject), std::move(message.payload)});
    } else if (!options_.filter.accepts(*event)) {
      ++counts_.filtered;
    } else {
      ++counts_.shown;
      batch.events.push_back(
          {std::move(*event), std::move(message.subject), std::move(message.payload), message.arrived_unix_ms, stored});
    }
  }

  outside::Bus& bus_;
  const Clock& clock_;
  WatchOptions options_;
  EventWatcher& watcher_;
  WatchCounts& counts_;
  parse::LifecycleDecoder decoder_;
  StoredMeanwhile meanwhile_;
  std::uint64_t lost_from_stream_ = 0;
};

}  // namespace

bool EventFilter::accepts(const model::LifecycleEvent& event) const {
  return (component.empty() || event.component == component) && (identity.empty() || event.identity == identity) &&
         (!type || event.type == *type);
}

boost::asio::awaitable<Result<void>> watch_events(outside::Bus& bus, const Clock& clock, WatchOptions options,
                                                  EventWatcher& watcher, WatchCounts& counts) {
  Watch watch(bus, clock, std::move(options), watcher, counts);
  co_return co_await watch.run();
}

}  // namespace fleetwatch::service
