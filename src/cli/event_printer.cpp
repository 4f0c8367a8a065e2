#include "cli/event_printer.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "base/limits.hpp"
#include "base/terminal_text.hpp"
#include "cli/broker_options.hpp"
#include "cli/console.hpp"
#include "codec/lifecycle.hpp"
#include "view/lifecycle.hpp"

namespace fleetwatch::cli {

namespace {

using outside::BusNotice;

// Enough to be fast, little enough for a reader that is slow to see lines soon.
constexpr std::size_t kFlushBytes = std::size_t{64} << 10;

void say_safely(const std::string& text) { say("fleetwatch: " + terminal_safe(text)); }

std::string excerpt(const std::string& payload) {
  if (payload.size() <= limits::kTextBytes) return payload;
  return fmt::format("{}… ({} bytes)", payload.substr(0, limits::kTextBytes), payload.size());
}

}  // namespace

void EventPrinter::connected(const std::string& url) {
  const auto header =
      fmt::format("Waiting for events from topic {} on {}", service::kEventSubjects, terminal_safe(url));
  if (options_.json) return say("fleetwatch: " + header);
  text_ += header + "\n";
  flush();
}

void EventPrinter::no_history(const Error& why) {
  say_safely(fmt::format("not all events of before could be read: {}", to_string(why)));
}

void EventPrinter::noticed(const BusNotice& notice) {
  switch (notice.kind) {
    case BusNotice::Kind::disconnected:
      if (!away_since_) away_since_ = Steady::now();
      return say_safely("the connection to the broker is lost" + (notice.text.empty() ? "" : ": " + notice.text));
    case BusNotice::Kind::reconnected: {
      const auto away = away_since_ ? Steady::now() - *away_since_ : Steady::duration::zero();
      away_since_.reset();
      return say_safely(fmt::format("connected to {} again after {:.1f} s", notice.text,
                                    std::chrono::duration<double>(away).count()));
    }
    case BusNotice::Kind::slow:
      return say_safely("events come faster than they are taken from us; some were dropped");
    case BusNotice::Kind::refused:
      return say_safely("the broker says: " + notice.text);
  }
}

void EventPrinter::caught_up(const Result<std::uint64_t>& missed) {
  if (!missed) return say_safely("events sent meanwhile were missed: " + to_string(missed.error()));
  if (*missed == 0) return say_safely("no event was missed");
  say_safely(fmt::format("events sent meanwhile, read from the broker's stream: {}", *missed));
}

bool EventPrinter::show(const service::EventBatch& batch, const service::WatchCounts& /*counts*/) {
  if (options_.debug) {
    for (const auto& one : batch.undecodable) {
      say_safely(fmt::format("not an event: {}; on {}: {}", one.problem.what, one.subject, excerpt(one.payload)));
    }
  }
  for (const auto& seen : batch.events) {
    append(seen);
    if (text_.size() >= kFlushBytes && !flush()) return false;
  }
  return flush();
}

void EventPrinter::append(const model::SeenEvent& seen) {
  if (options_.debug) {
    text_ += terminal_safe(seen.payload);
  } else if (options_.json) {
    text_ += codec::write_seen_event(seen);
  } else {
    append_time(seen.seen_unix_ms);
    text_ += view::lifecycle_text(seen.event);
  }
  text_ += '\n';
}

// Local time; asked of the system once for all events of a second.
void EventPrinter::append_time(std::int64_t unix_ms) {
  const auto second = static_cast<std::time_t>(unix_ms / 1000);
  if (second != second_) {
    std::tm local{};
    ::localtime_r(&second, &local);
    clock_text_ = fmt::format("{:02}:{:02}:{:02} ", local.tm_hour, local.tm_min, local.tm_sec);
    second_ = second;
  }
  text_ += clock_text_;
}

bool EventPrinter::flush() {
  if (ended_) return false;
  if (!text_.empty()) ended_ = write_more(text_);
  text_.clear();
  return !ended_;
}

ExitStatus watch_failed(const Error& problem, const model::BrokerSettings& settings) {
  // A file that may not be read is denied as well, and has a status of its own.
  const bool not_permitted = problem.kind == ErrorKind::denied && problem.where == service::kEventSubjects;
  const auto status = fail(not_permitted ? problem : connect_error(problem, settings));
  return not_permitted ? ExitStatus::failed : status;
}

std::string counts_text(const service::WatchCounts& counts) {
  auto text = fmt::format("{} events shown, {} filtered out, {} not decodable, {} dropped", counts.shown,
                          counts.filtered, counts.undecodable, counts.dropped);
  if (counts.reconnects > 0) fmt::format_to(std::back_inserter(text), ", connected again {} times", counts.reconnects);
  return text;
}

}  // namespace fleetwatch::cli
