// Who is connected to the brokers of an account, by their monitoring endpoints or by the system account.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/connection.hpp"
#include "outside/bus.hpp"
#include "outside/http.hpp"

namespace fleetwatch::service {

struct ConnectionsRequest {
  std::string account = "provisioning";  // empty: all accounts
  milliseconds timeout{5'000};           // of all of it; twice where no broker knows the account
  std::uint64_t page = 256;              // connections asked for at once: some 10 KiB each, of 4 MiB that are read
};

// A monitoring endpoint of one broker.
struct MonitorEndpoint {
  std::string url;  // for people
  std::uint16_t port = 0;
  outside::Http* http;  // asks that host
};

// They are asked side by side: one that fails, or does not answer in time, is an answer with an error and keeps no
// other from being shown. When no broker knows the account, all its connections are asked for and those of servers that
// wait and of provisioners are kept.
boost::asio::awaitable<model::BrokerConnections> connections_by_monitor(std::vector<MonitorEndpoint> endpoints,
                                                                        ConnectionsRequest request);

// All brokers of the cluster answer to the user of the system account. Error: unavailable, when none does.
outside::Answer<model::BrokerConnections> connections_by_system_account(outside::Bus& bus, ConnectionsRequest request);

}  // namespace fleetwatch::service
