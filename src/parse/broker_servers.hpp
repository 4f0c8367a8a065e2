// Where brokers are: URLs and lists of them, as NATS and Choria write them.
#pragma once

#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/broker.hpp"

namespace fleetwatch::parse {

// "host", "host:port", "nats://host:port", "tls://[::1]:4222", "nats://user:password@host", "nats://token@host"; the
// default port is 4222. Error: malformed, which never shows user, password or token.
Result<model::BrokerServer> broker_server(std::string_view text);

// Separated by commas, blanks around them; at least one. Errors as above.
Result<std::vector<model::BrokerServer>> broker_servers(std::string_view text);

}  // namespace fleetwatch::parse
