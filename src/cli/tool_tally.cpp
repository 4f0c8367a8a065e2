#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>

#include "base/terminal_text.hpp"
#include "choria/event_tally.hpp"
#include "cli/console.hpp"
#include "cli/election_options.hpp"
#include "cli/event_printer.hpp"
#include "cli/lasting_loop.hpp"
#include "cli/stop_signal.hpp"
#include "cli/tool.hpp"
#include "codec/event_tally.hpp"
#include "io/user_file.hpp"
#include "parse/election_key.hpp"
#include "service/watch_machines.hpp"
#include "view/event_tally.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

struct TallyOptions {
  std::string component = "*";
  std::string prefix = "lifecycle_tally";
  std::string textfile;  // empty: none
  std::string election;  // empty: none
  std::chrono::milliseconds since{0};
  std::chrono::milliseconds every{10'000};
  std::uint64_t count = 0;
  bool json = false;
};

// Counts instead of printing; what happens to the connection is said as by the viewer.
class Tallier final : public service::EventWatcher, public service::MachineWatcher {
 public:
  // `connected` is called once, when a broker has answered.
  Tallier(TallyOptions options, std::function<void()> connected)
      : options_(std::move(options)), connected_(std::move(connected)) {
    tally_.set_election(options_.election);
  }

  void connected(const std::string& url) override {
    printer_.connected(url);
    connected_();
  }
  void no_history(const Error& why) override { printer_.no_history(why); }
  void noticed(const outside::BusNotice& notice) override { printer_.noticed(notice); }
  void caught_up(const Result<std::uint64_t>& missed) override { printer_.caught_up(missed); }
  bool show(const service::EventBatch& batch, const service::WatchCounts& /*counts*/) override {
    for (const auto& seen : batch.events) {
      const auto begun = clock_.monotonic();
      tally_.add(seen.event, seen.seen_unix_ms);
      tally_.add_processing_time(seen.event.component, clock_.monotonic() - begun);
    }
    for (const auto& one : batch.undecodable) tally_.add_undecodable(one.subject);
    return true;
  }
  void saw(const model::MachineTransition& transition) override { tally_.add(transition); }
  void saw(const model::ExecWatcherState& state) override { tally_.add(state); }
  void saw_undecodable_transition() override { tally_.add_undecodable_transition(); }
  void saw_undecodable_exec_watcher() override { tally_.add_undecodable_exec_watcher(); }

  // At once in the series: two tallies that both say that they lead would be added up.
  void lead(bool leads) {
    tally_.set_active(leads);
    write_series();
  }

  // Nothing: it can go on. `dropped` messages never came here, in all.
  std::optional<ExitStatus> publish(std::uint64_t dropped) {
    update(dropped);
    write_series();
    return options_.textfile.empty() ? write_more(page()) : std::nullopt;
  }

  // What is to be shown at the end. Nobody leads from then on: that is written at once, while a terminal may keep us
  // waiting.
  std::string last_page(std::uint64_t dropped) {
    update(dropped);
    auto shown = page();
    if (!options_.election.empty()) tally_.set_active(false);
    write_series();
    return shown;
  }

 private:
  void update(std::uint64_t dropped) {
    tally_.set_dropped(dropped);
    tally_.expire(clock_.unix_ms());
  }

  std::string page() const {
    if (options_.json) return codec::write_tally(tally_.result(), clock_.unix_ms(), codec::Layout::compact) + "\n";
    const bool clear = wants_colour();
    const auto document = view::tally_document(tally_.result(), {false, false, terminal_columns()});
    return (clear ? "\x1b[H\x1b[J" : "") + view::to_text(document, clear) + (clear ? "" : "\n");
  }

  void write_series() {
    if (options_.textfile.empty()) return;
    const auto text = codec::tally_series(tally_.result(), options_.prefix);
    const auto written = io::write_user_file(options_.textfile, text, io::Readable::by_all);
    if (!written) fail(written.error());  // a disk that is full may have room again
  }

  TallyOptions options_;
  std::function<void()> connected_;
  SystemClock clock_;
  choria::EventTally tally_;
  EventPrinter printer_{{.json = true}};  // says on standard error where it listens
};

constexpr std::chrono::seconds kReleasePatience{5};

// What all of it needs lives until the process leaves.
class Session {
 public:
  Session(asio::io_context& loop, TallyOptions options, BrokerOptions broker)
      : loop_(loop),
        options_(std::move(options)),
        broker_(std::move(broker)),
        tallier_(options_, [this] { begin_beside(); }) {}

  void begin(model::BrokerSettings settings) {
    settings_ = std::move(settings);
    bus_ = make_bus(settings_, Patience::for_ever);
    spawn(count_events());
    spawn(publish_again_and_again());
  }

  // An election that is led is given back first; what is shown is from before that.
  void end(ExitStatus status) {
    if (ended_) return;
    ended_ = status;
    last_page_ = tallier_.last_page(dropped());
    if (campaign_ == nullptr) return show_and_leave();
    campaign_->stop();
  }

 private:
  void show_and_leave() {
    const auto printed = write_more(last_page_);
    counts_.dropped = dropped();
    say("fleetwatch: " + counts_text(counts_));
    leave(printed && ended_ == ExitStatus::done ? *printed : *ended_);
  }

  std::uint64_t dropped() const { return counts_.dropped + dropped_transitions_ + dropped_exec_watchers_; }

  void spawn(asio::awaitable<void> task) {
    asio::co_spawn(loop_, std::move(task), [](const std::exception_ptr& bug) {
      if (bug) std::rethrow_exception(bug);
    });
  }

  // What needs a broker that has answered.
  void begin_beside() {
    spawn(tell_end(service::watch_transitions(*bus_, clock_, tallier_, dropped_transitions_)));
    spawn(tell_end(service::watch_exec_watchers(*bus_, clock_, tallier_, dropped_exec_watchers_)));
    if (!options_.election.empty()) spawn(take_part());
  }

  asio::awaitable<void> count_events() {
    service::WatchOptions watch;
    watch.timeout = broker_.timeout;
    watch.count = options_.count;
    watch.in_order = true;
    if (options_.component != "*") watch.filter.component = options_.component;
    if (options_.since.count() > 0) watch.since = options_.since;
    auto watching = service::watch_events(*bus_, clock_, std::move(watch), tallier_, counts_);
    const auto watched = co_await std::move(watching);
    end(watched ? ExitStatus::done : watch_failed(watched.error(), settings_));
  }

  // Who may see events of servers need not be allowed to see those of machines.
  static asio::awaitable<void> tell_end(asio::awaitable<Result<void>> watching) {
    const auto watched = co_await std::move(watching);
    if (!watched) say("fleetwatch: " + terminal_safe(to_string(watched.error())) + "; all else is counted");
  }

  asio::awaitable<void> publish_again_and_again() {
    asio::steady_timer timer(loop_);
    while (!ended_) {
      timer.expires_after(options_.every);
      co_await timer.async_wait(asio::use_awaitable);
      if (ended_) co_return;
      if (const auto printed = tallier_.publish(dropped())) co_return end(*printed);
    }
  }

  asio::awaitable<void> take_part() {
    ElectionOptions election;
    election.broker = broker_;
    election.election = options_.election;
    ElectionSession session{*bus_, settings_, loop_};
    service::CampaignEvents events;
    events.won = [this] { tallier_.lead(true); };
    events.lost = [this](const std::string& /*reason*/) { tallier_.lead(false); };
    auto campaigning =
        campaign(session, election, std::move(events), [this](service::Campaign& begun) { campaign_ = &begun; });
    const auto done = co_await std::move(campaigning);
    campaign_ = nullptr;
    if (ended_) show_and_leave();
    end(done ? ExitStatus::done : fail_at_broker(done.error()));
  }

  asio::io_context& loop_;
  TallyOptions options_;
  BrokerOptions broker_;
  model::BrokerSettings settings_;
  std::unique_ptr<io::NatsBus> bus_;
  SystemClock clock_;
  Tallier tallier_;
  service::WatchCounts counts_;
  std::uint64_t dropped_transitions_ = 0;
  std::uint64_t dropped_exec_watchers_ = 0;
  service::Campaign* campaign_ = nullptr;  // while there is one
  std::optional<ExitStatus> ended_;        // with what to leave
  std::string last_page_;
};

ExitStatus run(const TallyOptions& options, const BrokerOptions& broker) {
  if (!options.election.empty()) {
    if (const auto legal = parse::check_election_key(options.election); !legal) return fail(legal.error());
  }
  auto& loop = lasting_loop();
  Session session(loop, options, broker);
  // A broker may need some time to take an election back.
  const auto patience = options.election.empty() ? kStopPatience : kReleasePatience;
  on_stop_signal(
      loop, [&session] { session.end(ExitStatus::done); }, patience);
  const auto settings = broker_settings(broker);
  if (!settings) return fail(settings.error());
  session.begin(*settings);
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
  auto* app = tool.add_subcommand(
      "tally", "Hosts by component and version, and what their machines do, counted from their events");
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
  app->add_option("--count", options->count, "End after so many lifecycle events")->type_name("N");
  app->add_option("--textfile", options->textfile,
                  "Write Prometheus series to this file, for the textfile collector; the table comes at the end alone")
      ->type_name("FILE");
  app->add_option("--prefix", options->prefix, "Of the series' names")
      ->type_name("NAME")
      ->check(check_prefix)
      ->capture_default_str();
  app->add_option("--election", options->election,
                  "Take part in this election; the series' label `active` is 1 only while it is led")
      ->type_name("NAME");
  app->add_flag("--json", options->json, "One JSON object each time");
  app->fallthrough();
  app->footer(
      "A host counts from its first event until it shuts down, or was not heard of for 80 minutes. Transitions of the\n"
      "machines of autonomous agents, and runs of the commands that these watch, count from when the tally begins.\n"
      "Where several tallies take part in one election, all count, and only one of them has `active` 1: the versions\n"
      "have that label alone, all else is counted with the label of its time. When the tally is killed the file stays\n"
      "as it was; node_textfile_mtime_seconds tells its age. The broker's flags are those of `fleetwatch tool "
      "--help`.\n\n"
      "Examples:\n"
      "  fleetwatch tool tally --since 80m\n"
      "  fleetwatch tool tally --textfile /var/lib/prometheus/node-exporter/choria.prom");
  app->callback([options, broker, &chosen] { chosen = [options, broker] { return run(*options, *broker); }; });
}

}  // namespace fleetwatch::cli
