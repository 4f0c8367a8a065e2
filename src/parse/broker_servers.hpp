// Where brokers are: URLs and lists of them, as NATS and Choria write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/broker.hpp"

namespace fleetwatch::parse {

// "host", "host:port", "nats://host:port", "tls://[::1]:4222", "nats://user:password@host", "nats://token@host"; the
// default port is 4222. Error: malformed, which never shows user, password or token.
Result<model::BrokerServer> broker_server(std::string_view text);

// A server that another one of its cluster told of, as the NATS library names it: any of the forms above. It is shown
// the same user, password and token, and as an address must prove the name of `told_by`. Error as above.
Result<model::BrokerServer> discovered_server(std::string_view text, const model::BrokerServer& told_by);

// Separated by commas, blanks around them; at least one. One with user or token begins with its scheme, unless it is
// the first: it may be the end of a password that has a comma in it. Errors as above; where an at sign is anywhere in
// the list, nothing of it is shown, for the same reason.
Result<std::vector<model::BrokerServer>> broker_servers(std::string_view text);

// Where a broker tells of itself over HTTP.
struct MonitorPlace {
  std::string host;  // a name or an address; IPv6 without brackets
  std::uint16_t port = 8222;
};

// "http://host:8222", "host:8222", "host", "[::1]:8222"; nothing for all else.
std::optional<MonitorPlace> monitor_place(std::string_view text);

}  // namespace fleetwatch::parse
