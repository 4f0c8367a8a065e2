// Where the connections of brokers are asked for: their monitoring endpoints, or the system account.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/broker_options.hpp"
#include "io/http.hpp"
#include "service/connections.hpp"
#include "service/provisioning_events.hpp"

namespace fleetwatch::cli {

struct ConnectionsSource {
  std::vector<std::string> monitors;  // URLs; none: the system account
  std::string account = "provisioning";
};

class ConnectionsAsker {
 public:
  // Connects to the broker when no monitoring endpoint is named. Errors: usage (a URL), those of broker_settings and
  // connect_bus.
  static Result<std::unique_ptr<ConnectionsAsker>> make(const ConnectionsSource& source, const BrokerOptions& broker,
                                                        boost::asio::io_context& loop);

  outside::Answer<model::BrokerConnections> ask();
  bool by_system_account() const { return bus_ != nullptr; }
  // Of the user's own account; nothing where only the system user is named, or monitoring endpoints are asked.
  const std::optional<model::BrokerSettings>& own_settings() const { return own_settings_; }

 private:
  std::vector<std::unique_ptr<io::HostHttp>> hosts_;
  std::vector<service::MonitorEndpoint> endpoints_;
  std::unique_ptr<io::NatsBus> bus_;
  service::ConnectionsRequest request_;
  std::optional<model::BrokerSettings> own_settings_;
};

// The lifecycle events beside the connections, by the user's own account: that of the system has none.
class StatesAsker {
 public:
  // Error: usage (a flag); all else is said with the connections.
  static Result<std::unique_ptr<StatesAsker>> make(const ConnectionsAsker& connections, const BrokerOptions& broker,
                                                   service::ProvisioningEventsOptions options);

  boost::asio::awaitable<void> update();
  void tell(model::BrokerConnections& connections) const;

 private:
  SystemClock clock_;
  std::optional<service::ProvisioningEvents> events_;
  std::optional<Error> nowhere_;  // why there are none
};

}  // namespace fleetwatch::cli
