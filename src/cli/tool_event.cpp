#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "cli/console.hpp"
#include "cli/event_printer.hpp"
#include "cli/lasting_loop.hpp"
#include "cli/stop_signal.hpp"
#include "cli/tool.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

struct EventOptions {
  std::string component;
  std::string type;
  std::string node;
  std::chrono::milliseconds since{0};  // 0: nothing from the stream
  std::uint64_t count = 0;             // 0: never ends
  EventPrinterOptions printer;
};

service::WatchOptions watch_options(const EventOptions& options, const BrokerOptions& broker) {
  service::WatchOptions watch;
  watch.timeout = broker.timeout;
  watch.count = options.count;
  watch.filter.component = options.component;
  watch.filter.identity = options.node;
  if (!options.type.empty()) watch.filter.type = model::event_type(options.type);
  if (options.since.count() > 0) watch.since = options.since;
  return watch;
}

// What all of it needs lives until the process leaves.
struct Viewer {
  std::unique_ptr<io::NatsBus> bus;
  SystemClock clock;
  EventPrinter printer;
  service::WatchCounts counts;

  [[noreturn]] void end(ExitStatus status) {
    say("fleetwatch: " + counts_text(counts));
    leave(status);
  }
};

asio::awaitable<void> view(Viewer& viewer, service::WatchOptions options, model::BrokerSettings settings) {
  const auto watched =
      co_await service::watch_events(*viewer.bus, viewer.clock, std::move(options), viewer.printer, viewer.counts);
  if (!watched) viewer.end(watch_failed(watched.error(), settings));
  viewer.end(viewer.printer.status());
}

ExitStatus run(const EventOptions& options, const BrokerOptions& broker) {
  auto& loop = lasting_loop();
  Viewer viewer{nullptr, {}, EventPrinter(options.printer), {}};
  on_stop_signal(loop, [&viewer] { viewer.end(ExitStatus::done); });
  const auto settings = broker_settings(broker);
  if (!settings) return fail(settings.error());
  viewer.bus = make_bus(*settings, Patience::for_ever);
  asio::co_spawn(loop, view(viewer, watch_options(options, broker), *settings), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
  loop.run();
  return ExitStatus::bug;
}

}  // namespace

void add_tool_event(CLI::App& tool, const std::shared_ptr<BrokerOptions>& broker, Action& chosen) {
  auto* app = tool.add_subcommand("event", "Lifecycle events as they happen");
  auto options = std::make_shared<EventOptions>();
  app->add_option("--component", options->component, "Only events of this component")->type_name("NAME");
  app->add_option("--type", options->type, "Only events of this type")
      ->type_name("TYPE")
      ->check([](const std::string& text) {
        if (model::event_type(text)) return std::string();
        return fmt::format("must be one of {}, not \"{}\"", fmt::join(model::kEventTypeNames, ","), text);
      });
  app->add_option("--node", options->node, "Only events of this identity")->type_name("NAME");
  add_duration(*app, "--since", options->since, "First those that the broker's stream got in this time")
      ->default_str("");
  app->add_option("--count", options->count, "End after so many events")->type_name("N");
  app->add_flag("--json", options->printer.json, "One JSON object per line");
  app->add_flag("--debug", options->printer.debug, "The messages as they came, also those that are no events");
  app->fallthrough();
  app->footer(
      "Waits for a broker as long as it takes, and comes back after it was lost: what its stream got meanwhile is\n"
      "shown then. Ends with Ctrl-C, and says on standard error how many events were shown, filtered out, not\n"
      "decodable, and dropped. The broker's flags are those of `fleetwatch tool --help`.\n\n"
      "Examples:\n"
      "  fleetwatch tool event --component provision_mode_server\n"
      "  fleetwatch tool event --since 2h --type shutdown\n"
      "  fleetwatch tool event --json | jq -r 'select(.type == \"startup\") | .identity'");
  app->callback([options, broker, &chosen] { chosen = [options, broker] { return run(*options, *broker); }; });
}

}  // namespace fleetwatch::cli
