// Which broker, and as whom: flags, variables, contexts of the `nats` command and Choria's files, one over the other.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/broker.hpp"
#include "parse/choria_config.hpp"
#include "parse/nats_context.hpp"

namespace fleetwatch::choria {

// What one source says; what it does not say is empty.
struct BrokerLayer {
  std::string source;  // for people: "flags", "NATS_* variables", a file
  model::BrokerSettings settings;
  bool looks_up_servers = false;  // a Choria file without hosts: see srv_names, then default_server()
};

using Variables = std::map<std::string, std::string, std::less<>>;

// NATS_URL, NATS_USER, NATS_PASSWORD, NATS_TOKEN, NATS_CREDS, NATS_NKEY, NATS_CERT, NATS_KEY, NATS_CA. `home` stands
// for a leading "~/" of a file. Error: malformed (an URL), naming the variable.
Result<BrokerLayer> layer_of(const Variables& variables, std::string_view home);

// Error: malformed (an URL), naming the file.
Result<BrokerLayer> layer_of(const parse::NatsContext& context, std::string_view file, std::string_view home);

// Security providers `choria` (token and seed), `file` (certificates; none: no TLS) and `puppet` (the agent's
// certificates). Errors: malformed (hosts), unavailable (another provider), naming the file.
Result<BrokerLayer> layer_of(const parse::ChoriaConfig& config, std::string_view file);

// The settings of the layers, the first before the others, in groups that belong together: the servers, what proves who
// we are, the files for TLS, and each of the rest on its own.
model::BrokerSettings merge(std::span<const BrokerLayer> layers);

// Files of Choria's clients in the order in which they are looked for; the first that exists is the one.
std::vector<std::string> choria_files(std::string_view home);

// DNS names whose SRV records name the brokers, in the order to be asked; none when the file says so or no domain is
// known. `domain`: of this machine, when the file names none.
std::vector<std::string> srv_names(const parse::ChoriaConfig& config, std::string_view domain);

// Where Choria looks when nothing else is known.
model::BrokerServer default_server();

}  // namespace fleetwatch::choria
