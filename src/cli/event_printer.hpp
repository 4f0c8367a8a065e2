// Lifecycle events as lines on standard output, and what happens to the connection on standard error.
#pragma once

#include <ctime>
#include <optional>
#include <string>

#include "cli/exit_status.hpp"
#include "model/broker.hpp"
#include "service/watch_events.hpp"

namespace fleetwatch::cli {

struct EventPrinterOptions {
  bool json = false;
  bool debug = false;  // payloads in place of lines, and those that cannot be decoded
};

class EventPrinter final : public service::EventWatcher {
 public:
  explicit EventPrinter(EventPrinterOptions options) : options_(options) {}

  void connected(const std::string& url) override;
  void no_history(const Error& why) override;
  void noticed(const outside::BusNotice& notice) override;
  void caught_up(const Result<std::uint64_t>& missed) override;
  bool show(const service::EventBatch& batch, const service::WatchCounts& counts) override;

  // With what the printing ended; done when it did not end by itself.
  ExitStatus status() const { return ended_.value_or(ExitStatus::done); }

 private:
  void append(const model::SeenEvent& seen);
  void append_time(std::int64_t unix_ms);
  bool flush();  // false: nobody reads any more

  EventPrinterOptions options_;
  std::string text_;
  std::optional<ExitStatus> ended_;
  std::optional<Steady::time_point> away_since_;
  std::time_t second_ = -1;  // that `clock_text_` is of
  std::string clock_text_;
};

// Says why watching ended, and with which status the program does.
ExitStatus watch_failed(const Error& problem, const model::BrokerSettings& settings);

// "12 events shown, 3 filtered out, …": what a viewer says when it ends.
std::string counts_text(const service::WatchCounts& counts);

}  // namespace fleetwatch::cli
