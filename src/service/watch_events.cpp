#include "service/watch_events.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "parse/lifecycle.hpp"
#include "service/bus_waits.hpp"
#include "service/seen_messages.hpp"
#include "service/stream_history.hpp"

namespace fleetwatch::service {

namespace {

using outside::BusNotice;

// A stream of a cluster may need some time to find its leader after a broker was lost.
constexpr std::chrono::seconds kCatchUpTries{30};
constexpr std::chrono::seconds kCatchUpPause{1};
// More than can arrive while the broker answers one question.
constexpr std::uint64_t kStoredMeanwhile = 10'000;
// Live messages that wait until what was missed before them is read.
constexpr std::size_t kMostHeld = 100'000;
constexpr std::size_t kMostHeldBytes = std::size_t{64} << 20;

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
    } else {
      co_await move_place();
    }
    co_return co_await watch(**subscription);
  }

 private:
  // What was missed is still to be read.
  struct Away {
    Steady::time_point try_at;
    Steady::time_point give_up;
  };

  outside::Answer<parse::StreamEnd> end_of_stream() {
    const Deadline deadline = clock_.monotonic() + options_.timeout;
    std::string stream = kEventStream;
    co_return co_await stream_end(bus_, std::move(stream), deadline);
  }

  // False: the watcher has enough.
  boost::asio::awaitable<bool> show_history(Result<parse::StreamEnd> before) {
    Result<parse::StreamEnd> now = before;
    const auto asked = clock_.monotonic();
    if (before) now = co_await end_of_stream();
    if (!now) {
      no_place_ = now.error();
      watcher_.no_history(now.error());
      co_return true;
    }
    live_.move_to(now->last_sequence, asked);
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

  // From here on it is remembered what comes, so that it is known what did not.
  boost::asio::awaitable<void> move_place() {
    const auto asked = clock_.monotonic();
    const auto end = co_await end_of_stream();
    if (end) {
      live_.move_to(end->last_sequence, asked);
    } else if (!live_.place() || live_.has_too_many()) {
      no_place_ = end.error();
      live_.forget();
    }
  }

  // Shows what the stream got while we were away. False: the watcher has enough.
  boost::asio::awaitable<bool> catch_up() {
    const auto asked = clock_.monotonic();
    const std::uint64_t shown = counts_.shown;
    const auto read = co_await read_missed(asked);
    caught_up_ += counts_.shown - shown;
    const bool may_work_later =
        !read && live_.place() && read.error().kind != ErrorKind::not_found && !holds_too_many();
    if (may_work_later && asked < away_->give_up) {
      away_->try_at = clock_.monotonic() + kCatchUpPause;
      co_return true;
    }
    away_.reset();
    const auto missed = std::exchange(caught_up_, 0);
    watcher_.caught_up(read ? Result<std::uint64_t>(missed) : Result<std::uint64_t>(read.error()));
    const bool wants_more = !read || *read;
    co_return wants_more&& show_held();
  }

  // Whether the watcher wants more.
  outside::Answer<bool> read_missed(Steady::time_point asked) {
    if (!live_.place()) co_return no_place_;
    const auto end = co_await end_of_stream();
    if (!end) co_return end.error();
    if (end->last_sequence < *live_.place()) {
      live_.move_to(end->last_sequence, asked);
      co_return Error{ErrorKind::not_found, "the stream was made anew or has lost its end; see --since", kEventStream};
    }
    bool goes_on = true;
    if (end->last_sequence > *live_.place()) {
      HistoryRequest request;
      request.stream = kEventStream;
      request.subject = kEventSubjects;
      request.first_sequence = *live_.place() + 1;
      request.last_sequence = end->last_sequence;
      request.quiet = options_.timeout;
      meanwhile_.end_at(clock_.monotonic() + kOnTheWay);
      auto seen = live_.hashes();
      auto held = hashes_of_held();
      const auto read = co_await read_history(bus_, std::move(request), [&](std::vector<StoredMessage> stored) {
        goes_on = show_missed(std::move(stored), seen, held, end->last_sequence);
        return goes_on;
      });
      if (!read) co_return read.error();
      lost_from_stream_ += read->lost;
    }
    live_.move_to(end->last_sequence, asked);
    co_return goes_on;
  }

  using Hashes = std::unordered_multiset<std::size_t>;

  Hashes hashes_of_held() const {
    Hashes hashes;
    for (const auto& message : held_) hashes.insert(SeenLive::hash_of(message));
    return hashes;
  }

  static bool take_one(Hashes& hashes, std::size_t hash) {
    const auto found = hashes.find(hash);
    if (found == hashes.end()) return false;
    hashes.erase(found);
    return true;
  }

  bool show_missed(std::vector<StoredMessage> stored, Hashes& seen, Hashes& held, std::uint64_t end) {
    EventBatch batch;
    for (auto& one : stored) {
      live_.read_up_to(one.sequence);
      const auto hash = SeenLive::hash_of(one.message);
      if (take_one(seen, hash)) continue;
      if (take_one(held, hash) || one.sequence + kStoredMeanwhile > end) meanwhile_.add(one.message);
      add(batch, std::move(one.message), true);
    }
    return show(batch);
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
      const Deadline deadline = away_ ? away_->try_at : clock_.monotonic() + kForEver;
      auto batch = co_await subscription.next(deadline);
      const bool goes_on = must_wait(batch) ? hold(batch) : show_live(batch);
      if (!goes_on) co_return Result<void>();
      for (const auto& notice : batch.notices) {
        if (is_end(notice)) co_return subscription_not_permitted(kEventSubjects, notice.text);
        take_notice(notice);
      }
      if (away_ && (holds_too_many() || clock_.monotonic() >= away_->try_at)) {
        const bool wants_more = co_await catch_up();
        if (!wants_more) co_return Result<void>();
      } else if (misses_nothing() && live_.should_move(clock_.monotonic())) {
        co_await move_place();
      }
    }
  }

  bool misses_nothing() const { return !is_lost_ && !away_ && held_.empty(); }

  // Whether older messages are still to be read: then those of the batch are newer, or as old and in the stream too.
  // Subscriptions of the new session get messages before it is told that there is one.
  bool must_wait(const outside::BusBatch& batch) const {
    if (!options_.in_order) return false;
    return !misses_nothing() || std::any_of(batch.notices.begin(), batch.notices.end(), [](const BusNotice& notice) {
      return notice.kind == BusNotice::Kind::reconnected;
    });
  }

  bool hold(outside::BusBatch& batch) {
    counts_.dropped = lost_from_stream_ + batch.dropped;
    for (auto& message : batch.messages) {
      held_bytes_ += message.subject.size() + message.payload.size();
      held_.push_back(std::move(message));
    }
    return true;
  }

  bool holds_too_many() const { return held_.size() > kMostHeld || held_bytes_ > kMostHeldBytes; }

  // What was read from the stream meanwhile is not shown again.
  bool show_held() {
    held_bytes_ = 0;
    return show_messages(std::exchange(held_, {}));
  }

  bool show_live(outside::BusBatch& batch) {
    counts_.dropped = lost_from_stream_ + batch.dropped;
    return show_messages(std::move(batch.messages));
  }

  bool show_messages(std::vector<outside::BusMessage> messages) {
    EventBatch events;
    events.events.reserve(messages.size());
    for (auto& message : messages) {
      if (meanwhile_.take(message)) continue;
      live_.add(message);
      add(events, std::move(message), false);
    }
    return show(events);
  }

  static bool is_end(const BusNotice& notice) {
    return notice.kind == BusNotice::Kind::refused && notice.text.find(kEventSubjects) != std::string::npos;
  }

  void take_notice(const BusNotice& notice) {
    // Who may not ask for the stream is told so when something was missed, or was asked for.
    if (notice.kind == BusNotice::Kind::refused && notice.text.find("$JS.API.") != std::string::npos) return;
    if (notice.kind == BusNotice::Kind::disconnected) {
      is_lost_ = true;
      away_.reset();
    }
    if (notice.kind == BusNotice::Kind::reconnected) {
      is_lost_ = false;
      ++counts_.reconnects;
      away_ = Away{clock_.monotonic(), clock_.monotonic() + kCatchUpTries};
    }
    watcher_.noticed(notice);
  }

  void add(EventBatch& batch, outside::BusMessage message, bool stored) {
    if (enough()) return;
    auto event = decoder_.decode(message.payload);
    const bool filtered = event ? !options_.filter.accepts(*event) : !options_.filter.accepts_subject(message.subject);
    if (filtered) {
      ++counts_.filtered;
    } else if (!event) {
      ++counts_.undecodable;
      batch.undecodable.push_back({event.error(), std::move(message.subject), std::move(message.payload)});
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
  SeenLive live_;
  Error no_place_;        // why there is none
  bool is_lost_ = false;  // the connection
  std::optional<Away> away_;
  std::uint64_t caught_up_ = 0;
  std::uint64_t lost_from_stream_ = 0;
  std::vector<outside::BusMessage> held_;  // came while older ones are still to be read
  std::size_t held_bytes_ = 0;
};

}  // namespace

bool EventFilter::accepts(const model::LifecycleEvent& event) const {
  return (component.empty() || event.component == component) && (identity.empty() || event.identity == identity) &&
         (!type || event.type == *type);
}

bool EventFilter::accepts_subject(std::string_view subject) const {
  return component.empty() || split(subject, '.').back() == component;
}

boost::asio::awaitable<Result<void>> watch_events(outside::Bus& bus, const Clock& clock, WatchOptions options,
                                                  EventWatcher& watcher, WatchCounts& counts) {
  Watch watch(bus, clock, std::move(options), watcher, counts);
  co_return co_await watch.run();
}

}  // namespace fleetwatch::service
