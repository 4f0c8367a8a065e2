#include "choria/broker_settings.hpp"

#include <algorithm>
#include <utility>

#include "parse/broker_servers.hpp"

namespace fleetwatch::choria {

namespace {

using model::BrokerSettings;
using model::Secret;

std::string at_home(std::string_view file, std::string_view home) {
  if (!file.starts_with("~/") || home.empty()) return std::string(file);
  return std::string(home) + std::string(file.substr(1));
}

Result<void> set_servers(BrokerSettings& settings, std::string_view text, std::string_view where) {
  if (text.empty()) return {};
  auto servers = parse::broker_servers(text);
  if (!servers) return Error{servers.error().kind, servers.error().what, std::string(where)};
  settings.servers = std::move(*servers);
  return {};
}

std::string setting_of(std::string_view file, std::string_view name) {
  return std::string(file) + ": " + std::string(name);
}

bool has_proof(const BrokerSettings& settings) {
  return !settings.user.empty() || !settings.token.empty() || !settings.credentials_file.empty() ||
         !settings.nkey_file.empty() || !settings.choria_token_file.empty();
}

bool has_tls(const BrokerSettings& settings) {
  return settings.tls || !settings.ca_file.empty() || !settings.certificate_file.empty();
}

void set_token_provider(BrokerSettings& settings, const parse::ChoriaConfig& config) {
  settings.choria_token_file = config.value("plugin.security.choria.token_file");
  settings.choria_seed_file = config.value("plugin.security.choria.seed_file");
  settings.ca_file = config.value("plugin.security.choria.ca");
  settings.certificate_file = config.value("plugin.security.choria.certificate");
  settings.key_file = config.value("plugin.security.choria.key");
  settings.tls = true;
  // The brokers of this provider prove themselves with a token instead, so their certificates are mostly self-made.
  settings.verify_server = !settings.ca_file.empty();
}

void set_file_provider(BrokerSettings& settings, const parse::ChoriaConfig& config) {
  settings.ca_file = config.value("plugin.security.file.ca");
  settings.certificate_file = config.value("plugin.security.file.certificate");
  settings.key_file = config.value("plugin.security.file.key");
  settings.tls = !settings.certificate_file.empty();
}

void set_puppet_provider(BrokerSettings& settings, const parse::ChoriaConfig& config) {
  const auto folder = config.value("plugin.choria.ssldir", "/etc/puppetlabs/puppet/ssl");
  settings.ca_file = folder + "/certs/ca.pem";
  settings.certificate_file = folder + "/certs/" + settings.identity + ".pem";
  settings.key_file = folder + "/private_keys/" + settings.identity + ".pem";
  settings.tls = true;
}

}  // namespace

Result<BrokerLayer> layer_of(const Variables& variables, std::string_view home) {
  const auto value = [&](std::string_view name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  BrokerLayer layer;
  layer.source = "NATS_* variables";
  auto& settings = layer.settings;
  if (auto set = set_servers(settings, value("NATS_URL"), "NATS_URL"); !set) return set.error();
  settings.user = value("NATS_USER");
  settings.password = Secret(value("NATS_PASSWORD"));
  settings.token = Secret(value("NATS_TOKEN"));
  settings.credentials_file = at_home(value("NATS_CREDS"), home);
  settings.nkey_file = at_home(value("NATS_NKEY"), home);
  settings.certificate_file = at_home(value("NATS_CERT"), home);
  settings.key_file = at_home(value("NATS_KEY"), home);
  settings.ca_file = at_home(value("NATS_CA"), home);
  settings.tls = has_tls(settings);
  return layer;
}

Result<BrokerLayer> layer_of(const parse::NatsContext& context, std::string_view file, std::string_view home) {
  BrokerLayer layer;
  layer.source = file;
  auto& settings = layer.settings;
  if (auto set = set_servers(settings, context.url, setting_of(file, "url")); !set) return set.error();
  settings.user = context.user;
  settings.password = context.password;
  settings.token = context.token;
  settings.credentials_file = at_home(context.creds, home);
  settings.nkey_file = at_home(context.nkey, home);
  settings.certificate_file = at_home(context.cert, home);
  settings.key_file = at_home(context.key, home);
  settings.ca_file = at_home(context.ca, home);
  settings.inbox_prefix = context.inbox_prefix;
  settings.tls = has_tls(settings);
  return layer;
}

Result<BrokerLayer> layer_of(const parse::ChoriaConfig& config, std::string_view file) {
  BrokerLayer layer;
  layer.source = file;
  auto& settings = layer.settings;
  constexpr std::string_view kHosts = "plugin.choria.middleware_hosts";
  if (auto set = set_servers(settings, config.value(kHosts), setting_of(file, kHosts)); !set) return set.error();
  layer.looks_up_servers = settings.servers.empty();
  settings.identity = config.value("identity");
  settings.system_user = config.value("plugin.choria.network.system.user");
  settings.system_password = model::Secret(config.value("plugin.choria.network.system.password"));
  const auto provider = config.value("plugin.security.provider", "puppet");
  settings.collective = config.value("main_collective", provider == "choria" ? "choria" : "mcollective");
  if (provider == "choria") {
    set_token_provider(settings, config);
  } else if (provider == "file") {
    set_file_provider(settings, config);
  } else if (provider == "puppet") {
    set_puppet_provider(settings, config);
  } else {
    return Error{ErrorKind::unavailable,
                 "plugin.security.provider \"" + provider + "\" is none of choria, file, puppet", std::string(file)};
  }
  return layer;
}

model::BrokerSettings merge(std::span<const BrokerLayer> layers) {
  BrokerSettings merged;
  merged.collective.clear();
  const auto take = [](std::string& to, const std::string& from) {
    if (to.empty()) to = from;
  };
  for (const auto& [source, from, looks_up] : layers) {
    if (merged.servers.empty()) merged.servers = from.servers;
    if (!has_proof(merged)) {
      merged.user = from.user;
      merged.password = from.password;
      merged.token = from.token;
      merged.credentials_file = from.credentials_file;
      merged.nkey_file = from.nkey_file;
      merged.choria_token_file = from.choria_token_file;
      merged.choria_seed_file = from.choria_seed_file;
    }
    if (merged.system_user.empty()) {
      merged.system_user = from.system_user;
      merged.system_password = from.system_password;
    }
    if (!has_tls(merged)) {
      merged.tls = has_tls(from);
      merged.ca_file = from.ca_file;
      merged.certificate_file = from.certificate_file;
      merged.key_file = from.key_file;
      merged.verify_server = from.verify_server;
    }
    take(merged.inbox_prefix, from.inbox_prefix);
    take(merged.identity, from.identity);
    if (from.collective != BrokerSettings{}.collective) take(merged.collective, from.collective);
  }
  take(merged.collective, BrokerSettings{}.collective);
  return merged;
}

std::vector<std::string> choria_files(std::string_view home) {
  std::vector<std::string> files;
  if (!home.empty()) files = {std::string(home) + "/.choriarc", std::string(home) + "/.mcollective"};
  files.insert(files.end(), {"/etc/choria/client.conf", "/usr/local/etc/choria/client.conf",
                             "/etc/puppetlabs/mcollective/client.cfg"});
  return files;
}

std::vector<std::string> srv_names(const parse::ChoriaConfig& config, std::string_view domain) {
  const auto searched = config.value("plugin.choria.srv_domain", domain);
  if (!config.flag("plugin.choria.use_srv", true) || searched.empty()) return {};
  return {"_mcollective-server._tcp." + searched, "_x-puppet-mcollective._tcp." + searched};
}

model::BrokerServer default_server() {
  model::BrokerServer server;
  server.host = "puppet";
  return server;
}

}  // namespace fleetwatch::choria
