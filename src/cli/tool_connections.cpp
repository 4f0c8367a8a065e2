#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/text.hpp"
#include "cli/connections.hpp"
#include "cli/console.hpp"
#include "cli/tool.hpp"
#include "codec/write.hpp"
#include "io/http.hpp"
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
};

ExitStatus print(const model::BrokerConnections& connections, const ConnectionsOptions& options) {
  if (options.json) {
    const auto layout = options.watch ? codec::Layout::compact : codec::Layout::indented;
    return write_more(codec::write_json(connections, layout) + "\n").value_or(ExitStatus::done);
  }
  constexpr const char* kClear = "\x1b[H\x1b[J";
  const bool clear = options.watch && wants_colour();
  const auto document = view::connections_document(connections, {false, false, terminal_columns()});
  return write_out((clear ? kClear : "") + view::to_text(document, wants_colour()) +
                   (options.watch && !clear ? "\n" : ""));
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

asio::awaitable<void> show(ConnectionsAsker& asker, ConnectionsOptions options) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    const auto connections = co_await asker.ask();
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
  asio::co_spawn(loop, show(**asker, options), [](const std::exception_ptr& bug) {
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

void add_action(CLI::App& app, const std::shared_ptr<ConnectionsOptions>& options,
                const std::shared_ptr<BrokerOptions>& broker, Action& chosen) {
  app.callback([options, broker, &chosen] { chosen = [options, broker] { return run(*options, *broker); }; });
}

}  // namespace

void add_tool_connections(CLI::App& tool, const std::shared_ptr<BrokerOptions>& broker, Action& chosen) {
  auto* app = tool.add_subcommand("connections", "Servers that wait for provisioning, and provisioners");
  const auto options = add_options(*app);
  app->fallthrough();
  app->footer(
      "The system account is that of --user, or of plugin.choria.network.system.user in Choria's configuration.\n"
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
  auto* app = report->add_subcommand("conns", "The same as `tool connections`, of all accounts");
  app->alias("connections");
  const auto options = add_options(*app);
  options->source.account.clear();
  app->get_option("--account")->default_str("");
  app->fallthrough();
  app->footer("Example:\n  fleetwatch broker server report conns --account provisioning");
  add_action(*app, options, broker, chosen);
}

}  // namespace fleetwatch::cli
