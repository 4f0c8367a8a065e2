#include "cli/broker_options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <cstdlib>
#include <optional>
#include <random>
#include <span>
#include <utility>

#include "base/limits.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "choria/backoff.hpp"
#include "choria/broker_settings.hpp"
#include "cli/console.hpp"
#include "io/srv.hpp"
#include "io/user_file.hpp"
#include "io/workers.hpp"
#include "parse/broker_servers.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

using choria::BrokerLayer;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

choria::Variables nats_variables() {
  choria::Variables variables;
  for (const char* name : {"NATS_URL", "NATS_USER", "NATS_PASSWORD", "NATS_TOKEN", "NATS_CREDS", "NATS_NKEY",
                           "NATS_CERT", "NATS_KEY", "NATS_CA"}) {
    if (auto value = variable(name); !value.empty()) variables.emplace(name, std::move(value));
  }
  return variables;
}

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

std::string domain_of(const std::string& host) {
  const auto dot = host.find('.');
  return dot == std::string::npos ? std::string() : host.substr(dot + 1);
}

Result<std::string> read_config(const std::string& path) { return io::read_user_file(path, limits::kConfigFileBytes); }

// One word or line in a file of its own; empty when no file is named.
Result<model::Secret> secret_from(const std::string& path) {
  if (path.empty()) return model::Secret();
  const auto content = read_config(path);
  if (!content) return content.error();
  const auto text = trim(*content);
  if (text.empty()) return Error{ErrorKind::input, "empty, a secret was expected", path};
  return model::Secret(std::string(text));
}

Result<BrokerLayer> flags_layer(const BrokerOptions& options) {
  BrokerLayer layer;
  layer.source = "flags";
  auto& settings = layer.settings;
  for (const auto& text : options.servers) {
    auto servers = parse::broker_servers(text);
    if (!servers) return Error{ErrorKind::usage, servers.error().what, "--server"};
    settings.servers.insert(settings.servers.end(), servers->begin(), servers->end());
  }
  auto password = secret_from(options.password_file);
  if (!password) return password.error();
  auto token = secret_from(options.token_file);
  if (!token) return token.error();
  settings.user = options.user;
  settings.password = std::move(*password);
  settings.token = std::move(*token);
  settings.credentials_file = options.credentials_file;
  settings.nkey_file = options.nkey_file;
  settings.certificate_file = options.certificate_file;
  settings.key_file = options.key_file;
  settings.ca_file = options.ca_file;
  return layer;
}

// What the user's files are and which of them are used.
class Files {
 public:
  explicit Files(std::string home) : home_(std::move(home)) {
    const auto xdg = variable("XDG_CONFIG_HOME");
    nats_folder_ = (xdg.empty() ? home_ + "/.config" : xdg) + "/nats";
  }

  Result<BrokerLayer> context(const std::string& name) {
    if (!parse::valid_context_name(name)) return Error{ErrorKind::usage, "not the name of a context", name};
    const auto path = fmt::format("{}/context/{}.json", nats_folder_, name);
    const auto text = read_config(path);
    if (!text) return text.error();
    const auto context = parse::nats_context(*text);
    if (!context) return Error{context.error().kind, context.error().what, path};
    return choria::layer_of(*context, path, home_);
  }

  Result<BrokerLayer> choria(const std::string& path) {
    const auto text = read_config(path);
    if (!text) return text.error();
    auto config = parse::choria_config(*text);
    if (!config) return Error{config.error().kind, config.error().what, path};
    choria_ = std::move(*config);
    return choria::layer_of(choria_, path);
  }

  // The context that was selected with the `nats` command; nothing when there is none.
  std::string selected_context() {
    const auto path = nats_folder_ + "/context.txt";
    tried_.push_back(path);
    const auto text = read_config(path);
    return text ? std::string(trim(*text)) : std::string();
  }

  // The first of Choria's files that is there.
  std::optional<std::string> found_choria() {
    for (auto& path : choria::choria_files(home_)) {
      tried_.push_back(path);
      if (::access(path.c_str(), F_OK) == 0) return path;
    }
    return std::nullopt;
  }

  const parse::ChoriaConfig& choria_config() const { return choria_; }
  const std::vector<std::string>& tried() const { return tried_; }

 private:
  std::string home_;
  std::string nats_folder_;
  parse::ChoriaConfig choria_;
  std::vector<std::string> tried_;
};

bool names_servers(std::span<const BrokerLayer> layers) {
  for (const auto& layer : layers) {
    if (!layer.settings.servers.empty() || layer.looks_up_servers) return true;
  }
  return false;
}

// Files that nobody named are read only while no server is known: what they hold to prove who we are is not for others.
Result<std::vector<BrokerLayer>> all_layers(const BrokerOptions& options, Files& files) {
  std::vector<BrokerLayer> layers;
  std::optional<Error> problem;
  const auto add = [&](Result<BrokerLayer> layer) {
    if (problem) return;
    if (layer) {
      layers.push_back(std::move(*layer));
    } else {
      problem = layer.error();
    }
  };
  add(flags_layer(options));
  if (!options.context.empty()) add(files.context(options.context));
  if (!options.config.empty()) add(files.choria(options.config));
  add(choria::layer_of(nats_variables(), variable("HOME")));
  if (const auto name = variable("NATS_CONTEXT"); options.context.empty() && !name.empty()) add(files.context(name));
  if (!problem && !names_servers(layers)) {
    if (const auto selected = files.selected_context(); !selected.empty()) add(files.context(selected));
  }
  if (!problem && !names_servers(layers)) {
    if (const auto path = files.found_choria()) add(files.choria(*path));
  }
  if (problem) return *problem;
  return layers;
}

std::vector<model::BrokerServer> servers_from_dns(const std::vector<std::string>& names, milliseconds timeout) {
  std::vector<model::BrokerServer> servers;
  // Reached by threads that nobody waits for: a resolver that hangs ends with the process.
  auto& workers = *new io::Workers(1, 1);  // NOLINT(cppcoreguidelines-owning-memory)
  asio::io_context loop(1);
  const auto look = [names](io::Workers& on, Deadline deadline,
                            std::vector<model::BrokerServer>& found) -> asio::awaitable<void> {
    for (const auto& name : names) {
      auto work = [name] { return io::lookup_srv(name); };
      const auto records = co_await on.run(std::move(work), deadline);
      if (!records) continue;
      for (const auto& record : *records) {
        model::BrokerServer server;
        server.host = record.host;
        server.port = record.port;
        found.push_back(std::move(server));
      }
      co_return;
    }
  };
  asio::co_spawn(loop, look(workers, Steady::now() + timeout, servers), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
  loop.run();
  return servers;
}

}  // namespace

void add_broker_options(CLI::App& app, BrokerOptions& options) {
  app.add_option("--server", options.servers, "Broker: host, host:port, nats:// or tls:// URL (repeatable)")
      ->type_name("URL")
      ->allow_extra_args(false);
  app.add_option("--context", options.context, "Context of the nats command")->type_name("NAME");
  app.add_option("--config", options.config, "Choria client configuration")->type_name("FILE");
  app.add_option("--user", options.user, "User of the broker")->type_name("NAME");
  app.add_option("--password-file", options.password_file, "File with the user's password")->type_name("FILE");
  app.add_option("--token-file", options.token_file, "File with a token")->type_name("FILE");
  app.add_option("--creds", options.credentials_file, "NATS credentials")->type_name("FILE");
  app.add_option("--nkey", options.nkey_file, "NATS user seed")->type_name("FILE");
  app.add_option("--tlscert", options.certificate_file, "Client certificate")->type_name("FILE");
  app.add_option("--tlskey", options.key_file, "Key of the client certificate")->type_name("FILE");
  app.add_option("--tlsca", options.ca_file, "Certificates that the broker is checked with")->type_name("FILE");
  add_duration(app, "--timeout", options.timeout, "How long a broker may take to answer");
}

Result<model::BrokerSettings> broker_settings(const BrokerOptions& options) {
  Files files(variable("HOME"));
  const auto layers = all_layers(options, files);
  if (!layers) return layers.error();
  if (!names_servers(*layers)) {
    return Error{ErrorKind::not_found,
                 fmt::format("no broker is configured; tried --server, --context, --config, NATS_URL, NATS_CONTEXT, {}",
                             join(files.tried(), ", ")),
                 {},
                 "name one with --server URL, --context NAME or --config FILE"};
  }
  auto settings = choria::merge(*layers);
  if (settings.identity.empty()) settings.identity = host_name();
  if (settings.certificate_file.empty() != settings.key_file.empty()) {
    return Error{ErrorKind::usage, "a client certificate and its key are needed together",
                 settings.certificate_file + settings.key_file};
  }
  if (!settings.servers.empty()) return settings;
  const auto names = choria::srv_names(files.choria_config(), domain_of(host_name()));
  if (!names.empty()) settings.servers = servers_from_dns(names, options.timeout);
  if (settings.servers.empty()) settings.servers.push_back(choria::default_server());
  return settings;
}

std::unique_ptr<io::NatsBus> make_bus(const model::BrokerSettings& settings, Patience patience) {
  const bool patient = patience == Patience::for_ever;
  io::NatsBusOptions options;
  options.settings = settings;
  options.give_up_when_denied = !patient;
  options.delay = [steps =
                       patient ? choria::BackoffSteps(choria::kBackoff20s) : choria::BackoffSteps(choria::kBackoff5s),
                   random = std::minstd_rand(std::random_device{}())](std::size_t failures) mutable {
    return choria::backoff(steps, failures, std::uniform_real_distribution<double>(0, 1)(random));
  };
  if (patient) {
    options.in_vain = [said = std::string()](const Error& problem) mutable {
      const auto text = to_string(problem);
      if (std::exchange(said, text) == text) return;
      say(fmt::format("fleetwatch: {}; trying again", terminal_safe(text)), WhenFull::drop);
    };
  }
  return std::make_unique<io::NatsBus>(std::move(options));
}

Error connect_error(const Error& problem, const model::BrokerSettings& settings) {
  std::vector<std::string> tried;
  bool of_server = false;
  for (const auto& server : settings.servers) {
    tried.push_back(model::display_url(server));
    of_server = of_server || problem.where == tried.back();
  }
  const bool of_network = of_server || problem.kind == ErrorKind::timeout || problem.kind == ErrorKind::unavailable;
  if (!of_network) return problem;  // a file that cannot be used
  const bool denied = problem.kind == ErrorKind::denied;
  return {ErrorKind::unavailable,
          fmt::format("{} ({}); tried {}", denied ? "no broker lets us in" : "no broker answers", problem.what,
                      join(tried, ", ")),
          {},
          denied ? "check user, password, token and certificate (see --help for where they come from)"
                 : "name a broker with --server URL, --context NAME or --config FILE"};
}

Result<ConnectedBus> connect_bus(const model::BrokerSettings& settings, const BrokerOptions& options, Patience patience,
                                 asio::io_context& loop) {
  ConnectedBus connected;
  connected.bus = make_bus(settings, patience);
  constexpr std::chrono::hours kForEver{24 * 365 * 10};  // a deadline beyond that overflows when it is computed with
  const auto deadline = Steady::now() + (patience == Patience::for_ever ? kForEver : options.timeout);
  std::optional<Result<std::string>> url;
  const auto keep = [](io::NatsBus& bus, Deadline until,
                       std::optional<Result<std::string>>& to) -> asio::awaitable<void> {
    to.emplace(co_await bus.connect(until));
  };
  asio::co_spawn(loop, keep(*connected.bus, deadline, url), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
  while (!url && loop.run_one() > 0) {
  }
  loop.restart();
  if (!url) return Error{ErrorKind::crashed, "the event loop ended before a broker answered"};
  if (!*url) return connect_error(url->error(), settings);
  connected.url = **url;
  return connected;
}

}  // namespace fleetwatch::cli
