// Where the connections of brokers are asked for: their monitoring endpoints, or the system account.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/broker_options.hpp"
#include "io/http.hpp"
#include "service/connections.hpp"

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

 private:
  std::vector<std::unique_ptr<io::HostHttp>> hosts_;
  std::vector<service::MonitorEndpoint> endpoints_;
  std::unique_ptr<io::NatsBus> bus_;
  service::ConnectionsRequest request_;
};

}  // namespace fleetwatch::cli
