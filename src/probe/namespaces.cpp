#include <fmt/format.h>

#include <limits>
#include <set>

#include "base/limits.hpp"
#include "parse/env_file.hpp"
#include "parse/rqlite_status.hpp"
#include "probe/local_service.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::string_view kUnitFolder = "/etc/systemd/system";
constexpr std::string_view kDataFolder = "/opt/orama/.orama/data/namespaces";
constexpr std::string_view kUnitSuffix = ".service";
constexpr std::size_t kMost = 200;          // each has up to six questions open at once
constexpr std::size_t kMostEntries = 1000;  // of the data folder
constexpr int kHttpOk = 200;
constexpr int kHttpError = 400;

// Ports of a block, from its base on.
constexpr std::uint16_t kOlricOffset = 2;
constexpr std::uint16_t kGatewayOffset = 4;

using Names = std::set<std::string>;
using List = std::optional<Result<std::vector<std::string>>>;
using HttpAnswer = std::optional<Result<outside::HttpResponse>>;

// The instance of "orama-namespace-TYPE@NAME.service", or nothing.
std::string_view instance_of(std::string_view unit, std::string_view type) {
  const auto prefix = fmt::format("orama-namespace-{}@", type);
  if (!unit.starts_with(prefix) || !unit.ends_with(kUnitSuffix)) return {};
  unit.remove_prefix(prefix.size());
  return unit.size() > kUnitSuffix.size() ? unit.substr(0, unit.size() - kUnitSuffix.size()) : std::string_view();
}

// Newer versions run the node's own services as instances of these two names; they are no tenants.
bool is_tenant(std::string_view name) {
  return !name.empty() && !name.starts_with('.') && name != "index" && name != "nameserver";
}

std::vector<std::string> entries_of(Context& context, const List& list) {
  if (list->ok()) return list->value();
  if (list->error().kind != ErrorKind::not_found) context.note("", list->error());
  return {};
}

void add_unit_files(Context& context, const List& list, Names& names) {
  for (const auto& entry : entries_of(context, list)) {
    const auto name = instance_of(entry, "rqlite");
    if (is_tenant(name)) names.emplace(name);
  }
}

Task add_if_folder(Context& context, std::string name, Names& names) {
  auto question = context.machine.disk.info(fmt::format("{}/{}", kDataFolder, name), context.deadline);
  const auto info = co_await std::move(question);
  if (!info || info.value().is_directory) names.insert(std::move(name));
}

Task add_folders(Context& context, const List& list, Names& names) {
  std::vector<Task> tasks;
  for (const auto& entry : entries_of(context, list)) {
    if (tasks.size() < kMostEntries && is_tenant(entry)) tasks.push_back(add_if_folder(context, entry, names));
  }
  auto all = together(std::move(tasks));
  co_await std::move(all);
}

void add_loaded_units(const Result<UnitTable>& table, Names& names) {
  if (!table) return;
  for (const auto& unit : table->loaded) {
    if (unit.load_state == "not-found") continue;
    for (const auto* type : {"rqlite", "gateway"}) {
      const auto name = instance_of(unit.name, type);
      if (is_tenant(name)) names.emplace(name);
    }
  }
}

Task discover(Context& context, Names& names) {
  List units;
  List folders;
  auto& disk = context.machine.disk;
  auto tasks = together(into(disk.list(std::string(kUnitFolder), context.deadline), units),
                        into(disk.list(std::string(kDataFolder), context.deadline), folders));
  co_await std::move(tasks);
  add_unit_files(context, units, names);
  auto looking = add_folders(context, folders, names);
  co_await std::move(looking);
  const auto* table = co_await context.shared.units();
  add_loaded_units(*table, names);
  if (!*table) context.note("", table->error());
}

std::string path_of(const model::Namespace& tenant, std::string_view file) {
  return fmt::format("{}/{}/{}", kDataFolder, tenant.name, file);
}

Error about(const model::Namespace& tenant, const Error& error) { return {error.kind, error.what, tenant.name}; }

Task ask_rqlite(Context& context, model::Namespace& tenant, std::uint16_t port) {
  HttpAnswer status;
  HttpAnswer ready;
  auto& http = context.machine.http;
  auto tasks = together(into(http.ask(http_get(port, "/status"), context.deadline), status),
                        into(http.ask(http_get(port, "/readyz"), context.deadline), ready));
  co_await std::move(tasks);

  tenant.rqlite_up = status->ok() && status->value().status < kHttpError;
  tenant.rqlite_ready = ready->ok() && ready->value().status == kHttpOk;
  if (!status->ok()) {
    context.note("rqlite_up", about(tenant, status->error()));
  } else if (!ready->ok()) {
    context.note("rqlite_ready", about(tenant, ready->error()));
  }
  if (tenant.rqlite_up != true) co_return;
  const auto section = parse::parse_rqlite_status(status->value().body);
  if (section) tenant.rqlite_state = section.value().raft_state;
  if (!section) context.note("rqlite_state", about(tenant, section.error()));
}

Task ask_gateway(Context& context, model::Namespace& tenant, std::uint16_t port) {
  auto question = context.machine.http.ask(http_get(port, "/v1/health"), context.deadline);
  const auto answer = co_await std::move(question);
  tenant.gateway_up = answer.ok();
  if (answer) tenant.gateway_status = answer.value().status;
  if (!answer) context.note("gateway_up", about(tenant, answer.error()));
}

// From here on the block has its ports, if its configuration says where it begins.
Task ask_block(Context& context, model::Namespace& tenant) {
  auto question = context.machine.disk.read(path_of(tenant, "rqlite.env"), limits::kConfigFileBytes, context.deadline);
  const auto file = co_await std::move(question);
  if (!file) {
    context.note("port_base", file.error());
    co_return;
  }
  const auto address = parse::env_value(file.value(), "HTTP_ADDR");
  const auto base = address ? parse::port_of_address(*address) : std::nullopt;
  constexpr auto kLastBase = std::numeric_limits<std::uint16_t>::max() - kGatewayOffset;
  if (!base || *base > kLastBase) {
    const Error no_port{ErrorKind::malformed, "HTTP_ADDR names no port", path_of(tenant, "rqlite.env")};
    context.note("port_base", no_port);
    co_return;
  }
  tenant.port_base = *base;
  const auto& listeners = context.shared.listeners();
  const auto olric = static_cast<std::uint16_t>(*base + kOlricOffset);
  if (listeners) tenant.olric_up = listeners->bound(outside::Transport::tcp, olric);
  if (!listeners) context.note("olric_up", listeners.error());
  const auto gateway = static_cast<std::uint16_t>(*base + kGatewayOffset);
  auto tasks = together(ask_rqlite(context, tenant, *base), ask_gateway(context, tenant, gateway));
  co_await std::move(tasks);
}

// `sfu` and `turn` are provisioned when their file exists, and up when their unit is active as well.
Task ask_extra(Context& context, model::Namespace& tenant, std::string type, std::optional<bool>& up) {
  auto question = context.machine.disk.info(path_of(tenant, type + ".env"), context.deadline);
  const auto file = co_await std::move(question);
  if (!file && file.error().kind == ErrorKind::not_found) {
    up = false;
    co_return;
  }
  if (!file) {
    context.note(type + "_up", file.error());
    co_return;
  }
  const auto* table = co_await context.shared.units();
  if (*table) up = (*table)->active(fmt::format("orama-namespace-{}@{}", type, tenant.name));
}

std::vector<model::Namespace> tenants_of(Context& context, const Names& names) {
  std::vector<model::Namespace> tenants;
  for (const auto& name : names) {
    if (tenants.size() == kMost) {
      context.note("",
                   Error{ErrorKind::too_large, fmt::format("{} namespaces, only {} are asked", names.size(), kMost)});
      break;
    }
    tenants.emplace_back().name = name;
  }
  return tenants;
}

}  // namespace

boost::asio::awaitable<void> probe_namespaces(Context& context) {
  Names names;
  auto discovery = discover(context, names);
  co_await std::move(discovery);
  context.report.namespaces = tenants_of(context, names);
  std::vector<Task> tasks;
  for (auto& tenant : *context.report.namespaces) {
    tasks.push_back(ask_block(context, tenant));
    tasks.push_back(ask_extra(context, tenant, "sfu", tenant.sfu_up));
    tasks.push_back(ask_extra(context, tenant, "turn", tenant.turn_up));
  }
  auto all = together(std::move(tasks));
  co_await std::move(all);
}

}  // namespace fleetwatch::probe
