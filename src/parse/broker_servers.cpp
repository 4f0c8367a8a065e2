#include "parse/broker_servers.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace fleetwatch::parse {

namespace {

// What stands before an at sign may be a password, wherever the text was cut: nothing of `whole` is shown then.
Error not_a_server(std::string_view whole, std::string_view shown) {
  if (whole.find('@') != std::string_view::npos) {
    return {ErrorKind::malformed,
            "not the address of a broker, and not shown since it may hold a password; write nats://user:password@host, "
            "in a list nats:// before each, with %2C for a comma, %2F for a slash and %40 for an at sign in user and "
            "password"};
  }
  return {ErrorKind::malformed, "not the address of a broker: \"" +
                                    std::string(shown.substr(0, limits::kMessageBytes)) +
                                    "\"; write host, host:port, nats://host:port or tls://host:port"};
}

int hexadecimal(char digit) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto value = kDigits.find(lower(std::string_view(&digit, 1)));
  return value == std::string_view::npos ? -1 : static_cast<int>(value);
}

// %40 and the like; what is not such an escape stays.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const bool escape = text[index] == '%' && index + 2 < text.size() && hexadecimal(text[index + 1]) >= 0 &&
                        hexadecimal(text[index + 2]) >= 0;
    if (!escape) {
      result += text[index];
      continue;
    }
    const int value = hexadecimal(text[index + 1]) * 16 + hexadecimal(text[index + 2]);
    result += static_cast<char>(static_cast<unsigned char>(value));
    index += 2;
  }
  return result;
}

void read_user_info(std::string_view info, model::BrokerServer& server) {
  const auto colon = info.find(':');
  if (colon == std::string_view::npos) {
    server.token = model::Secret(unescaped(info));
  } else {
    server.user = unescaped(info.substr(0, colon));
    server.password = model::Secret(unescaped(info.substr(colon + 1)));
  }
}

bool valid_host(std::string_view host) {
  constexpr std::size_t kLongestName = 253;
  return !host.empty() && host.size() <= kLongestName && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._:%").find(c) != std::string_view::npos;
  });
}

bool is_address(std::string_view host) {
  return host.find(':') != std::string_view::npos || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// The host of "host", "host:port", "[address]:port", and what stands behind its colon.
struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

std::optional<HostAndPort> host_and_port(std::string_view text) {
  if (!text.starts_with('[')) {
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return HostAndPort{text, std::nullopt};
    return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
  }
  const auto end = text.find(']');
  if (end == std::string_view::npos) return std::nullopt;
  const auto host = text.substr(1, end - 1);
  const auto rest = text.substr(end + 1);
  if (rest.empty()) return HostAndPort{host, std::nullopt};
  if (!rest.starts_with(':')) return std::nullopt;
  return HostAndPort{host, rest.substr(1)};
}

}  // namespace

Result<model::BrokerServer> broker_server(std::string_view text) {
  model::BrokerServer server;
  auto rest = trim(text);
  if (const auto scheme_end = rest.find("://"); scheme_end != std::string_view::npos) {
    const auto scheme = lower(rest.substr(0, scheme_end));
    server.tls = scheme == "tls";
    if (scheme != "nats" && !server.tls) return not_a_server(text, "scheme " + scheme);
    rest = rest.substr(scheme_end + 3);
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    read_user_info(rest.substr(0, at), server);
    rest = rest.substr(at + 1);
  }
  const auto place = host_and_port(rest);
  if (!place || !valid_host(place->host)) return not_a_server(text, rest);
  if (place->port) {
    const auto port = to_number<std::uint16_t>(*place->port);
    if (!port || *port == 0) return not_a_server(text, rest);
    server.port = *port;
  }
  server.host = place->host;
  return server;
}

Result<model::BrokerServer> discovered_server(std::string_view text, const model::BrokerServer& told_by) {
  auto server = broker_server(text);
  if (!server) return server;
  server->tls = server->tls || told_by.tls;
  server->user = told_by.user;
  server->password = told_by.password;
  server->token = told_by.token;
  const auto& name = told_by.tls_name.empty() ? told_by.host : told_by.tls_name;
  // Certificates seldom name addresses; one that does, names its own.
  if (is_address(server->host) && !is_address(name)) server->tls_name = name;
  return server;
}

Result<std::vector<model::BrokerServer>> broker_servers(std::string_view text) {
  std::vector<model::BrokerServer> servers;
  for (const auto part : split(text, ',')) {
    if (trim(part).empty()) continue;
    // The end of a password with a comma in it: what stands before that comma may well look like a host and a port.
    const bool cut =
        !servers.empty() && part.find('@') != std::string_view::npos && part.find("://") == std::string_view::npos;
    if (cut) return not_a_server(text, {});
    auto server = broker_server(part);
    if (!server) return text.find('@') == std::string_view::npos ? server.error() : not_a_server(text, {});
    if (servers.size() == limits::kListItems) return Error{ErrorKind::too_large, "too many brokers"};
    servers.push_back(std::move(*server));
  }
  if (servers.empty()) return not_a_server(text, trim(text));
  return servers;
}

std::optional<MonitorPlace> monitor_place(std::string_view text) {
  constexpr std::string_view kScheme = "http://";
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto found = host_and_port(text);
  if (!found || !valid_host(found->host)) return std::nullopt;
  MonitorPlace place;
  place.host = found->host;
  if (!found->port) return place;
  const auto port = to_number<std::uint16_t>(*found->port);
  if (!port || *port == 0) return std::nullopt;
  place.port = *port;
  return place;
}

}  // namespace fleetwatch::parse
