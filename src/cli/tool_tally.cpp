#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "choria/event_tally.hpp"
#include "cli/console.hpp"
#include "cli/event_printer.hpp"
#include "cli/stop_signal.hpp"
#include "cli/tool.hpp"
#include "codec/event_tally.hpp"
#include "io/user_file.hpp"
#include "view/event_tally.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

struct TallyOptions {
  std::string component = "*";
  std::string prefix = "lifecycle_tally";
  std::string textfile;  // empty: none
  std::chrono::milliseconds since{0};
  std::chrono::milliseconds every{10'000};
  std::uint64_t count = 0;
  bool json = false;
};

// Counts instead of printing; what happens to the connection is said as by the viewer.
class Tallier final : public service::EventWatcher {
 public:
  explicit Tallier(TallyOptions options) : options_(std::move(options)) {}

  void connected(const std::string& url) override { printer_.connected(url); }
  void no_history(const Error& why) override { printer_.no_history(why); }
  void noticed(const outside::BusNotice& notice) override { printer_.noticed(notice); }
  void caught_up(const Result<std::uint64_t>& missed) override { printer_.caught_up(missed); }
  bool show(const service::EventBatch& batch, const service::WatchCounts& /*counts*/) override {
    for (const auto& seen : batch.events) tally_.add(seen.event, seen.seen_unix_ms);
    for (const auto& one : batch.undecodable) tally_.add_undecodable(one.subject);
    return true;
  }

  // Nothing: it can go on.
  std::optional<ExitStatus> publish(bool is_last) {
    const auto now = clock_.unix_ms();
    tally_.expire(now);
    if (!options_.textfile.empty()) {
      const auto text = codec::tally_series(tally_.result(), options_.prefix);
      const auto written = io::write_user_file(options_.textfile, text, io::Readable::by_all);
      if (!written) fail(written.error());  // a disk that is full may have room again
      if (!is_last) return std::nullopt;
    }
    if (options_.json) return write_more(codec::write_tally(tally_.result(), now, codec::Layout::compact) + "\n");
    const bool clear = wants_colour();
    const auto document = view::tally_document(tally_.result(), {false, false, terminal_columns()});
    return write_more((clear ? "\x1b[H\x1b[J" : "") + view::to_text(document, clear) + (clear ? "" : "\n"));
  }

 private:
  TallyOptions options_;
  SystemClock clock_;
  choria::EventTally tally_;
  EventPrinter printer_{{.json = true}};  // says on standard error where it listens
};

struct Session {
  std::unique_ptr<io::NatsBus> bus;
  SystemClock clock;
  Tallier tallier;
  service::WatchCounts counts;

  [[noreturn]] void end(ExitStatus status) {
    const auto printed = tallier.publish(true);
    say("fleetwatch: " + counts_text(counts));
    leave(printed && status == ExitStatus::done ? *printed : status);
  }
};

asio::awaitable<void> count(Session& session, service::WatchOptions options, model::BrokerSettings settings) {
  const auto watched =
      co_await service::watch_events(*session.bus, session.clock, std::move(options), session.tallier, session.counts);
  session.end(watched ? ExitStatus::done : watch_failed(watched.error(), settings));
}

asio::awaitable<void> publish(Session& session, std::chrono::milliseconds every) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    timer.expires_after(every);
    co_await timer.async_wait(asio::use_awaitable);
    if (const auto ended = session.tallier.publish(false)) leave(*ended);
  }
}

ExitStatus run(const TallyOptions& options, const BrokerOptions& broker) {
  service::WatchOptions watch;
  watch.timeout = broker.timeout;
  watch.count = options.count;
  if (options.component != "*") watch.filter.component = options.component;
  if (options.since.count() > 0) watch.since = options.since;
  asio::io_context loop(1);
  Session session{nullptr, {}, Tallier(options), {}};
  on_stop_signal(loop, [&session] { session.end(ExitStatus::done); });
  const auto settings = broker_settings(broker);
  if (!settings) return fail(settings.error());
  session.bus = make_bus(*settings, Patience::for_ever);
  const auto rethrow = [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  };
  asio::co_spawn(loop, count(session, watch, *settings), rethrow);
  asio::co_spawn(loop, publish(session, options.every), rethrow);
  loop.run();
  return ExitStatus::bug;
}

// Names of Prometheus series begin so.
std::string check_prefix(const std::string& text) {
  constexpr const char* kLegal = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  const bool legal = !text.empty() && text.find_first_not_of(kLegal) == std::string::npos &&
                     (text.front() < '0' || text.front() > '9');
  return legal ? "" : fmt::format("\"{}\" is not the beginning of a series' name", text);
}

}  // namespace

void add_tool_tally(CLI::App& tool, const std::shared_ptr<BrokerOptions>& broker, Action& chosen) {
  auto* app = tool.add_subcommand("tally", "Hosts by component and version, counted from their events");
  auto options = std::make_shared<TallyOptions>();
  app->add_option("--component", options->component, "Only this component; * is all")
      ->type_name("NAME")
      ->check([](const std::string& text) {
        const bool legal = !text.empty() && text.find_first_of("> \t") == std::string::npos;
        return legal ? std::string() : fmt::format("\"{}\" is no component", text);
      })
      ->capture_default_str();
  add_duration(*app, "--since", options->since, "Begin with the events that the broker's stream got in this time")
      ->default_str("");
  add_duration(*app, "--every", options->every, "How often it is shown or written");
  app->add_option("--count", options->count, "End after so many events")->type_name("N");
  app->add_option("--textfile", options->textfile,
                  "Write Prometheus series to this file, for the textfile collector; the table comes at the end alone")
      ->type_name("FILE");
  app->add_option("--prefix", options->prefix, "Of the series' names")
      ->type_name("NAME")
      ->check(check_prefix)
      ->capture_default_str();
  app->add_flag("--json", options->json, "One JSON object each time");
  app->fallthrough();
  app->footer(
      "A host counts from its first event until it shuts down, or was not heard of for 80 minutes. The broker's flags "
      "are\n"
      "those of `fleetwatch tool --help`.\n\n"
      "Examples:\n"
      "  fleetwatch tool tally --since 80m\n"
      "  fleetwatch tool tally --textfile /var/lib/prometheus/node-exporter/choria.prom");
  app->callback([options, broker, &chosen] { chosen = [options, broker] { return run(*options, *broker); }; });
}

}  // namespace fleetwatch::cli
