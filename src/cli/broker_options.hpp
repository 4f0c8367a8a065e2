// The flags that every command shares which asks a message broker, and the way to the broker.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "cli/command.hpp"
#include "io/nats_bus.hpp"
#include "model/broker.hpp"

namespace fleetwatch::cli {

struct BrokerOptions {
  std::vector<std::string> servers;
  std::string context;
  std::string config;
  std::string user;
  std::string password_file;
  std::string token_file;
  std::string credentials_file;
  std::string nkey_file;
  std::string certificate_file;
  std::string key_file;
  std::string ca_file;
  std::chrono::milliseconds timeout{5'000};
};

// Adds the flags to `app`; they may stand before or after a subcommand. `options` outlives the parsing.
void add_broker_options(CLI::App& app, BrokerOptions& options);

// Reads the flags' files, the NATS_* variables, the NATS context and Choria's files, and looks up SRV records where
// these ask for it (at most for --timeout). Never without a server. Errors: not_found (nothing is configured, or a
// named file is missing), denied, malformed, usage.
Result<model::BrokerSettings> broker_settings(const BrokerOptions& options);

enum class Patience {
  one_timeout,  // gives up after --timeout, or when no broker lets us in: for commands
  for_ever,     // says on standard error what is wrong, and goes on trying: for viewers and daemons
};

struct ConnectedBus {
  std::unique_ptr<io::NatsBus> bus;
  std::string url;  // of the broker that answered, without user and password
};

// A bus that is not connected yet: for who connects in a coroutine of its own.
std::unique_ptr<io::NatsBus> make_bus(const model::BrokerSettings& settings, Patience patience);

// The error of a bus that could not be connected as a user sees it: unavailable, with the servers that were tried.
Error connect_error(const Error& problem, const model::BrokerSettings& settings);

// Makes a bus and connects it on a loop that is not running: the loop runs until then. Errors as of connect_error.
Result<ConnectedBus> connect_bus(const model::BrokerSettings& settings, const BrokerOptions& options, Patience patience,
                                 boost::asio::io_context& loop);

}  // namespace fleetwatch::cli
