// Lifecycle events as they happen, and before that, those that the broker's stream has kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/lifecycle.hpp"
#include "outside/bus.hpp"

namespace fleetwatch::service {

// What is shown; an empty text and no type let everything through.
struct EventFilter {
  std::string component;
  std::string identity;
  std::optional<model::EventType> type;

  bool accepts(const model::LifecycleEvent& event) const;
  // Of a message that is no event: its subject ends with the component.
  bool accepts_subject(std::string_view subject) const;
};

struct UndecodableEvent {
  Error problem;
  std::string subject;
  std::string payload;
};

struct EventBatch {
  std::vector<model::SeenEvent> events;
  std::vector<UndecodableEvent> undecodable;
};

struct WatchCounts {
  std::uint64_t shown = 0;
  std::uint64_t filtered = 0;
  std::uint64_t undecodable = 0;
  std::uint64_t dropped = 0;  // by us or by the library, since they came faster than they were shown
  std::uint64_t reconnects = 0;
};

// Who looks at the events.
class EventWatcher {
 public:
  virtual ~EventWatcher() = default;
  virtual void connected(const std::string& url) = 0;
  virtual void no_history(const Error& why) = 0;  // in whole or in part; the live ones follow all the same
  virtual void noticed(const outside::BusNotice& notice) = 0;
  // After a reconnect: how many events of meanwhile the stream had, all shown by now; or why they stay unknown.
  virtual void caught_up(const Result<std::uint64_t>& missed) = 0;
  // False ends the watching. Called with the counts of all so far.
  virtual bool show(const EventBatch& batch, const WatchCounts& counts) = 0;
};

struct WatchOptions {
  EventFilter filter;
  std::optional<milliseconds> since;  // absent: nothing from the stream
  std::uint64_t count = 0;            // ends after so many were shown; 0: never
  milliseconds timeout{5'000};        // of each question about the stream
  bool in_order = false;              // after a reconnect newer events wait until those that were missed are read
};

inline constexpr const char* kEventSubjects = "choria.lifecycle.event.>";
inline constexpr const char* kEventStream = "CHORIA_EVENTS";

// Waits for a broker for as long as it takes, then watches until `watcher` has enough or `count` were shown. Errors: of
// the connection, and denied with `where` kEventSubjects when the broker does not permit the subscription. `counts` are
// kept up to date. What was missed while the connection was lost is read from the broker's stream, where it has one.
boost::asio::awaitable<Result<void>> watch_events(outside::Bus& bus, const Clock& clock, WatchOptions options,
                                                  EventWatcher& watcher, WatchCounts& counts);

}  // namespace fleetwatch::service
