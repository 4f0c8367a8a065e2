#include "cli/monitor_choria.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <utility>

#include "cli/connections.hpp"
#include "cli/console.hpp"
#include "codec/choria_overview.hpp"
#include "service/choria_overview.hpp"
#include "service/election_bucket.hpp"
#include "view/choria.hpp"
#include "view/election.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

struct ChoriaOptions {
  BrokerOptions broker;
  ConnectionsSource connections;
  service::OverviewRequest request;
};

asio::awaitable<void> add_elections(outside::Bus& bus, const Clock& clock, milliseconds timeout,
                                    model::ChoriaOverview& overview) {
  service::ElectionBucketOptions options;
  options.patience = timeout;
  service::ElectionBucket bucket(bus, options);
  auto looking = service::look_at(bucket, clock);
  const auto look = co_await std::move(looking);
  if (!look) {
    overview.missing.push_back({"elections", to_string(look.error())});
    co_return;
  }
  auto& rows = overview.elections.emplace();
  for (const auto& key : look->keys) rows.push_back(view::election_row(look->bucket, key, look->now_unix_ms));
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.election < b.election; });
}

asio::awaitable<void> add_connections(ConnectionsAsker& asker, model::ChoriaOverview& overview) {
  auto connections = co_await asker.ask();
  if (!connections) {
    overview.missing.push_back({"connections", to_string(connections.error())});
    co_return;
  }
  for (const auto& one : connections->brokers) {
    if (one.error) overview.missing.push_back({"connections", one.broker + ": " + *one.error});
  }
  const bool nobody = std::all_of(connections->brokers.begin(), connections->brokers.end(),
                                  [](const auto& one) { return one.error.has_value(); });
  if (!nobody) overview.connections = std::move(*connections);
}

struct Parts {
  ConnectedBus& broker;
  ConnectionsAsker* asker;  // none: `no_asker` says why
  std::string no_asker;
};

asio::awaitable<void> show(Parts parts, const ChoriaOptions& options, bool json) {
  const SystemClock clock;
  auto overview = co_await service::choria_overview(*parts.broker.bus, clock, options.request);
  overview.broker = parts.broker.url;
  co_await add_elections(*parts.broker.bus, clock, options.request.timeout, overview);
  if (parts.asker != nullptr) {
    co_await add_connections(*parts.asker, overview);
  } else {
    overview.missing.push_back({"connections", parts.no_asker});
  }
  if (json) leave(write_out(codec::write_overview(overview, codec::Layout::indented) + "\n"));
  leave(write_out(view::to_text(view::choria_document(overview, {false, false, terminal_columns()}), wants_colour())));
}

ExitStatus run(ChoriaOptions options, bool json) {
  options.request.timeout = options.broker.timeout;
  const auto settings = broker_settings(options.broker);
  if (!settings) return fail(settings.error());
  asio::io_context loop(1);
  auto connected = connect_bus(*settings, options.broker, Patience::one_timeout, loop);
  if (!connected) return fail(connected.error());
  auto asker = ConnectionsAsker::make(options.connections, options.broker, loop);
  if (!asker && asker.error().kind == ErrorKind::usage) return fail(asker.error());
  const Parts parts{*connected, asker ? asker->get() : nullptr, asker ? std::string() : to_string(asker.error())};
  asio::co_spawn(loop, show(parts, options, json), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
  loop.run();
  return ExitStatus::bug;
}

}  // namespace

void add_monitor_choria(CLI::App& monitor, const std::shared_ptr<MonitorOptions>& options, Action& chosen) {
  auto* app = monitor.add_subcommand("choria", "The Choria network: waiting servers, elections, versions, last events");
  auto own = std::make_shared<ChoriaOptions>();
  add_broker_options(*app, own->broker);
  app->add_option(
         "--monitor", own->connections.monitors,
         "Monitoring endpoint of a broker, http://host:8222 (repeatable); without it the system account is asked")
      ->type_name("URL")
      ->allow_extra_args(false);
  add_duration(*app, "--since", own->request.since, "Events of this time are read; hosts are counted from them");
  app->add_option("--last", own->request.last, "Events that are shown")->type_name("N")->capture_default_str();
  app->add_flag("--json", options->json, "JSON instead of tables");
  app->footer(
      "Needs no --env: all of it comes from the broker. What it does not tell is named with the reason.\n\n"
      "Examples:\n"
      "  fleetwatch monitor choria --monitor http://broker1.example.net:8222\n"
      "  fleetwatch monitor choria --server nats://broker1.example.net:4222 --json | jq .components");
  app->callback([options, own, &chosen] { chosen = [options, own] { return run(*own, options->json); }; });
}

}  // namespace fleetwatch::cli
