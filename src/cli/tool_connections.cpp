#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/text.hpp"
#include "cli/connections.hpp"
#include "cli/console.hpp"
#include "cli/tool.hpp"
#include "codec/write.hpp"
#include "io/http.hpp"
#include "service/side_by_side.hpp"
#include "view/connection_report.hpp"
#include "view/connections.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

struct ConnectionsOptions {
  ConnectionsSource source;
  bool json = false;
  bool watch = false;
  std::chrono::milliseconds every{2'000};
  std::optional<view::ConnectionOrder> report;  // the tables of the reference instead
  std::chrono::milliseconds events_since = std::chrono::hours(24);
};

std::string json_of(const model::BrokerConnections& connections, const ConnectionsOptions& options) {
  const auto layout = options.watch ? codec::Layout::compact : codec::Layout::indented;
  if (options.report) return codec::write_json(view::connection_report(connections, *options.report), layout);
  return codec::write_json(connections, layout);
}

std::string text_of(const model::BrokerConnections& connections, const ConnectionsOptions& options) {
  if (options.report) return view::connection_report_text(view::connection_report(connections, *options.report));
  return view::to_text(view::connections_document(connections, {false, false, terminal_columns()}), wants_colour());
}

ExitStatus print(const model::BrokerConnections& connections, const ConnectionsOptions& options) {
  if (options.json) return write_more(json_of(connections, options) + "\n").value_or(ExitStatus::done);
  constexpr const char* kClear = "\x1b[H\x1b[J";
  const bool clear = options.watch && wants_colour();
  return write_out((clear ? kClear : "") + text_of(connections, options) + (options.watch && !clear ? "\n" : ""));
}

// In vain when no broker answered.
std::optional<Error> nobody(const model::BrokerConnections& connections) {
  for (const auto& broker : connections.brokers) {
    if (!broker.error) return std::nullopt;
  }
  if (connections.brokers.empty()) return std::nullopt;
  const auto& first = connections.brokers.front();
  return Error{ErrorKind::unavailable, *first.error, first.broker};
}

using Connections = std::optional<Result<model::BrokerConnections>>;

asio::awaitable<void> keep_connections(ConnectionsAsker& asker, Connections& to) { to.emplace(co_await asker.ask()); }

// What all of it needs lives until the process leaves.
struct Askers {
  ConnectionsAsker& connections;
  StatesAsker* states;  // none: nobody wants lifecycle events
};

asio::awaitable<Result<model::BrokerConnections>> ask(Askers askers) {
  Connections found;
  service::SideBySide asking(co_await asio::this_coro::executor);
  asking.start(keep_connections(askers.connections, found));
  if (askers.states != nullptr) asking.start(askers.states->update());
  co_await asking.wait();
  if (*found && askers.states != nullptr) askers.states->tell(**found);
  co_return std::move(*found);
}

asio::awaitable<void> show(Askers askers, ConnectionsOptions options) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    const auto connections = co_await ask(askers);
    const auto problem = connections ? nobody(*connections) : std::optional<Error>(connections.error());
    if (problem && !options.watch) leave(fail(*problem));
    if (problem) static_cast<void>(fail(*problem));
    if (!problem) {
      const auto status = print(*connections, options);
      if (!options.watch || status != ExitStatus::done) leave(status);
    }
    timer.expires_after(options.every);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

ExitStatus run(const ConnectionsOptions& options, const BrokerOptions& broker) {
  asio::io_context loop(1);
  auto asker = ConnectionsAsker::make(options.source, broker, loop);
  if (!asker) return fail(asker.error());
  std::unique_ptr<StatesAsker> states;
  if (!options.report) {
    service::ProvisioningEventsOptions events;
    events.since = options.events_since;
    events.listen = options.watch;
    auto made = StatesAsker::make(**asker, broker, events);
    if (!made) return fail(made.error());
    states = std::move(*made);
  }
  const Askers askers{**asker, states.get()};
  asio::co_spawn(loop, show(askers, options), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
  loop.run();
  return ExitStatus::bug;
}

std::shared_ptr<ConnectionsOptions> add_options(CLI::App& app) {
  auto options = std::make_shared<ConnectionsOptions>();
  app.add_option(
         "--monitor", options->source.monitors,
         "Monitoring endpoint of a broker, http://host:8222 (repeatable); without it the system account is asked")
      ->type_name("URL")
      ->allow_extra_args(false);
  app.add_option("--account", options->source.account, "Account of the broker")
      ->type_name("NAME")
      ->capture_default_str();
  app.add_flag("--json", options->json, "JSON instead of tables");
  app.add_flag("--watch", options->watch, "Again and again");
  add_duration(app, "--every", options->every, "How long to wait between two answers of --watch");
  return options;
}

void add_order(CLI::App& app, view::ConnectionOrder& order) {
  app.add_option("--sort", order.sort, fmt::format("One of {}", fmt::join(model::kConnectionSorts, ", ")))
      ->type_name("NUMBER")
      ->capture_default_str()
      ->check([](const std::string& text) {
        const auto& known = model::kConnectionSorts;
        if (std::find(known.begin(), known.end(), text) != known.end()) return std::string();
        return fmt::format("must be one of {}, not \"{}\"", fmt::join(known, ","), text);
      });
  app.add_option("--top", order.top, "Show so many; 0: all")->type_name("N")->capture_default_str();
  app.add_flag("-R,--reverse", order.reverse, "The largest first");
}

void add_action(CLI::App& app, const std::shared_ptr<ConnectionsOptions>& options,
                const std::shared_ptr<BrokerOptions>& broker, Action& chosen) {
  app.callback([options, broker, &chosen] { chosen = [options, broker] { return run(*options, *broker); }; });
}

}  // namespace

void add_tool_connections(CLI::App& tool, const std::shared_ptr<BrokerOptions>& broker, Action& chosen) {
  auto* app = tool.add_subcommand("connections", "Servers that wait for provisioning, and provisioners");
  const auto options = add_options(*app);
  add_duration(*app, "--since", options->events_since,
               "How far back the broker's stream of lifecycle events is read for the servers' states")
      ->default_str("24h");
  app->fallthrough();
  app->footer(
      "The system account is that of --user, or of plugin.choria.network.system.user in Choria's configuration.\n"
      "States come from lifecycle events, which the system account does not see: with --monitor, --user is who reads\n"
      "them; else name the system user in Choria's configuration. Without them states are unknown.\n"
      "The broker's flags are those of `fleetwatch tool --help`.\n\n"
      "Examples:\n"
      "  fleetwatch tool connections --monitor http://broker1.example.net:8222 --monitor "
      "http://broker2.example.net:8222\n"
      "  fleetwatch tool connections --json | jq -r '.waiting[].name'\n"
      "  fleetwatch tool connections --watch --every 5s");
  add_action(*app, options, broker, chosen);
}

void add_broker(CLI::App& parent, Action& chosen) {
  auto* group = parent.add_subcommand("broker", "The original's way to the connections of a broker");
  group->require_subcommand(1);
  group->footer("Example:\n  fleetwatch broker server report conns --account provisioning");
  auto broker = std::make_shared<BrokerOptions>();
  add_broker_options(*group, *broker);
  auto* server = group->add_subcommand("server", "The servers of a broker");
  server->require_subcommand(1);
  server->footer("Example:\n  fleetwatch broker server report conns --account provisioning");
  server->fallthrough();
  auto* report = server->add_subcommand("report", "What they say of themselves");
  report->require_subcommand(1);
  report->footer("Example:\n  fleetwatch broker server report conns --account provisioning");
  report->fallthrough();
  auto* app = report->add_subcommand("conns", "Connections of all accounts in the order of one number");
  for (const auto* alias : {"connections", "conn", "connz"}) app->alias(alias);
  const auto options = add_options(*app);
  options->source.account.clear();
  app->get_option("--account")->default_str("");
  add_order(*app, options->report.emplace());
  app->fallthrough();
  app->footer(
      "The largest come last, and with --reverse first. The system account is that of --user, or of\n"
      "plugin.choria.network.system.user in Choria's configuration.\n\n"
      "Examples:\n"
      "  fleetwatch broker server report conns --account provisioning\n"
      "  fleetwatch broker server report conns --sort in-bytes --top 20 --reverse\n"
      "  fleetwatch broker server report conns --json | jq '.servers'");
  add_action(*app, options, broker, chosen);
}

}  // namespace fleetwatch::cli
