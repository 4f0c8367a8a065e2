#include "cli/connections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"

namespace fleetwatch::cli {

namespace {

struct HostPort {
  std::string host;
  std::uint16_t port;
};

// "http://host:8222", "host:8222", "host"; no path.
std::optional<HostPort> host_and_port(std::string_view text) {
  constexpr std::uint16_t kMonitorPort = 8222;
  constexpr std::string_view kScheme = "http://";
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty() || text.find_first_of("/@? \t") != std::string_view::npos) return std::nullopt;
  const auto bracket = text.find(']');
  const auto colon = text.rfind(':');
  const bool has_port = colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  auto host = has_port ? text.substr(0, colon) : text;
  const auto port = has_port ? to_number<std::uint16_t>(text.substr(colon + 1)) : kMonitorPort;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty() || !port || *port == 0) return std::nullopt;
  return HostPort{std::string(host), *port};
}

// The user of the system account stands apart from the others in Choria's configuration; who is named by a flag is
// meant.
bool has_system_user(const model::BrokerSettings& settings, const BrokerOptions& broker) {
  const bool named = !broker.user.empty() || !broker.token_file.empty() || !broker.credentials_file.empty() ||
                     !broker.nkey_file.empty();
  return !settings.system_user.empty() && !named;
}

model::BrokerSettings as_system_user(model::BrokerSettings settings) {
  settings.user = settings.system_user;
  settings.password = settings.system_password;
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
    auto where = host_and_port(url);
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
