#include "parse/connz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/rfc3339.hpp"
#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::string_view kProvisioningAccount = "provisioning";
constexpr std::string_view kProvisionerUser = "provisioner";
constexpr std::string_view kStartupOfWaiting = "choria.lifecycle.event.startup.provision_mode_server";
constexpr std::string_view kProvisionAgent = ".broadcast.agent.choria_provision";

std::string_view kind_of(const Json& connection, std::string_view account) {
  if (connection.at("authorized_user").text() == kProvisionerUser) return model::kProvisioner;
  const auto subscriptions = connection.at("subscriptions_list");
  for (const auto& one : subscriptions.items()) {
    const auto subject = one.text();
    if (!subject) continue;
    if (*subject == kStartupOfWaiting) return model::kProvisioner;
    if (subject->ends_with(kProvisionAgent)) return model::kWaitingServer;
  }
  const bool unsaid = !subscriptions.is_list() && account == kProvisioningAccount;
  return unsaid ? model::kWaitingServer : model::kOtherClient;
}

std::string address_of(const Json& connection) {
  const auto ip = connection.at("ip").text().value_or("");
  const auto port = connection.at("port").integer();
  if (ip.empty() || !port) return ip;
  return ip.find(':') == std::string::npos ? fmt::format("{}:{}", ip, *port) : fmt::format("[{}]:{}", ip, *port);
}

std::optional<std::int64_t> time_at(const Json& from, std::string_view key) {
  const auto text = from.at(key).text();
  return text ? parse_rfc3339_ms(*text) : std::nullopt;
}

std::optional<std::int64_t> passed(const std::optional<std::int64_t>& since, const std::optional<std::int64_t>& now) {
  if (!since || !now) return std::nullopt;
  return std::max<std::int64_t>(*now - *since, 0);
}

model::BrokerConnection connection_of(const Json& from, const std::optional<std::int64_t>& now) {
  const auto count = [&from](std::string_view key) { return from.at(key).unsigned_integer().value_or(0); };
  model::BrokerConnection made;
  made.name = from.at("name").text().value_or("");
  made.account = from.at("account").text().value_or("");
  made.kind = kind_of(from, made.account);
  made.address = address_of(from);
  made.cid = count("cid");
  const auto start = time_at(from, "start");
  if (start) made.connected_at = rfc3339(*start);
  made.connected_ms = passed(start, now);
  made.idle_ms = passed(time_at(from, "last_activity"), now);
  made.subscriptions = count("subscriptions");
  made.in_msgs = count("in_msgs");
  made.out_msgs = count("out_msgs");
  made.in_bytes = count("in_bytes");
  made.out_bytes = count("out_bytes");
  return made;
}

}  // namespace

Result<ConnectionPage> parse_connz(std::string_view json) {
  JsonReader reader;
  const auto root = reader.read_object(json);
  if (!root) return root.error();
  const auto error = root->at("error");
  if (error.exists()) {
    return Error{ErrorKind::unavailable, error.at("description").text().value_or("an error without a description")};
  }
  const auto inner = root->at("data");
  const auto& data = inner.is_object() ? inner : *root;
  const auto total = data.at("total").unsigned_integer();
  if (!total) return Error{ErrorKind::malformed, "no list of connections"};
  ConnectionPage page;
  page.total = *total;
  page.offset = data.at("offset").unsigned_integer().value_or(0);
  page.server_id = data.at("server_id").text().value_or("");
  page.server_name = root->at({"server", "name"}).text().value_or("");
  page.cluster = root->at({"server", "cluster"}).text().value_or("");
  const auto now = time_at(data, "now");
  for (const auto& one : data.at("connections").items()) {
    if (!one.is_object()) continue;
    auto connection = connection_of(one, now);
    connection.cluster = page.cluster;
    page.connections.push_back(std::move(connection));
  }
  return page;
}

std::string broker_name(std::string_view json) {
  JsonReader reader;
  const auto root = reader.read_object(json);
  return root ? root->at({"server", "name"}).text().value_or("") : std::string();
}

}  // namespace fleetwatch::parse
