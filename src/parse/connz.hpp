// What a NATS server says of its connections: GET /connz of its monitoring endpoint, and its answer in the system
// account.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/connection.hpp"

namespace fleetwatch::parse {

struct ConnectionPage {
  std::string server_id;    // empty: the server does not know the account
  std::string server_name;  // in the system account only
  std::string cluster;
  std::uint64_t total = 0;   // connections in all
  std::uint64_t offset = 0;  // of the first one of this page
  std::vector<model::BrokerConnection> connections;
};

// Either form. Kinds are told apart by user and subscriptions; `account` decides for a client that says neither.
// Errors: malformed; unavailable, when the server answered with an error.
Result<ConnectionPage> parse_connz(std::string_view json);

// Who gave an answer in the system account, whatever it is; empty when it does not say.
std::string broker_name(std::string_view json);

}  // namespace fleetwatch::parse
