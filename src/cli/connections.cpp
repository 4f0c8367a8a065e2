#include "cli/connections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "parse/broker_servers.hpp"

namespace fleetwatch::cli {

namespace {

// The user of the system account stands apart from the others in Choria's configuration; who is named by a flag is
// meant.
bool has_system_user(const model::BrokerSettings& settings, const BrokerOptions& broker) {
  const bool named = !broker.user.empty() || !broker.token_file.empty() || !broker.credentials_file.empty() ||
                     !broker.nkey_file.empty();
  return !settings.system_user.empty() && !named;
}

// No other identity is shown beside it: that of a server's URL would win.
model::BrokerSettings as_system_user(model::BrokerSettings settings) {
  settings.user = settings.system_user;
  settings.password = settings.system_password;
  settings.token = {};
  settings.credentials_file.clear();
  settings.nkey_file.clear();
  settings.choria_token_file.clear();
  settings.choria_seed_file.clear();
  for (auto& server : settings.servers) {
    server.user.clear();
    server.password = {};
    server.token = {};
  }
  return settings;
}

}  // namespace

Result<std::unique_ptr<ConnectionsAsker>> ConnectionsAsker::make(const ConnectionsSource& source,
                                                                 const BrokerOptions& broker,
                                                                 boost::asio::io_context& loop) {
  auto asker = std::make_unique<ConnectionsAsker>();
  asker->request_.account = source.account;
  asker->request_.timeout = broker.timeout;
  if (source.account.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") !=
      std::string::npos) {
    return Error{ErrorKind::usage, fmt::format("\"{}\" is not the name of an account", source.account), "--account"};
  }
  for (const auto& url : source.monitors) {
    auto where = parse::monitor_place(url);
    if (!where) return Error{ErrorKind::usage, fmt::format("\"{}\" is not http://host:port", url), "--monitor"};
    asker->hosts_.push_back(std::make_unique<io::HostHttp>(where->host));
    asker->endpoints_.push_back(
        {fmt::format("{}:{}", where->host, where->port), where->port, asker->hosts_.back().get()});
  }
  if (!asker->endpoints_.empty()) return asker;
  const auto settings = broker_settings(broker);
  if (!settings) return settings.error();
  const bool apart = has_system_user(*settings, broker);
  auto connected = connect_bus(apart ? as_system_user(*settings) : *settings, broker, Patience::one_timeout, loop);
  if (!connected) return connected.error();
  asker->bus_ = std::move(connected->bus);
  if (apart) asker->own_settings_ = *settings;
  return asker;
}

outside::Answer<model::BrokerConnections> ConnectionsAsker::ask() {
  if (bus_) co_return co_await service::connections_by_system_account(*bus_, request_);
  co_return co_await service::connections_by_monitor(endpoints_, request_);
}

Result<std::unique_ptr<StatesAsker>> StatesAsker::make(const ConnectionsAsker& connections, const BrokerOptions& broker,
                                                       service::ProvisioningEventsOptions options) {
  // Names that no server of names resolves keep nobody waiting who asks monitoring endpoints.
  constexpr milliseconds kLongestLookup{1'000};
  auto asker = std::make_unique<StatesAsker>();
  auto settings = connections.own_settings();
  if (!settings && connections.by_system_account()) {
    asker->nowhere_ = Error{ErrorKind::unavailable,
                            "the system account has no lifecycle events; ask with --monitor URL, or name the system "
                            "user in Choria's configuration"};
  } else if (!settings) {
    auto brief = broker;
    brief.timeout = std::min(broker.timeout, kLongestLookup);
    auto found = broker_settings(brief);
    if (found) {
      settings = std::move(*found);
    } else if (found.error().kind == ErrorKind::usage) {
      return found.error();
    } else if (found.error().kind == ErrorKind::not_found && found.error().where.empty()) {
      asker->nowhere_ = Error{ErrorKind::not_found, "no broker is configured, name one with --server URL"};
    } else {
      asker->nowhere_ = found.error();
    }
  }
  if (settings) {
    options.timeout = broker.timeout;
    auto make = [settings = *settings] { return make_bus(settings, Patience::one_timeout); };
    asker->events_.emplace(std::move(make), asker->clock_, options);
  }
  return asker;
}

boost::asio::awaitable<void> StatesAsker::update() {
  if (events_) co_await events_->update();
}

void StatesAsker::tell(model::BrokerConnections& connections) const {
  if (nowhere_) connections.events_error = to_string(*nowhere_);
  if (events_) events_->tell(connections);
}

}  // namespace fleetwatch::cli
