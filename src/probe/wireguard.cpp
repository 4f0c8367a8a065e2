#include <fmt/format.h>

#include <algorithm>

#include "base/limits.hpp"
#include "probe/probes.hpp"
#include "probe/together.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::string_view kInterface = "wg0";
constexpr std::string_view kUnit = "wg-quick@wg0";
constexpr std::string_view kConfig = "/etc/wireguard/wg0.conf";

// What is known before the section is, since a section is left out where nothing of it exists.
struct Findings {
  const Result<UnitTable>* units = nullptr;
  const Result<outside::LinkTable>* links = nullptr;
  std::optional<Result<outside::FileInfo>> config;

  const outside::Link* link() const {
    if (!*links) return nullptr;
    const auto& all = (**links).links;
    const auto found = std::find_if(all.begin(), all.end(), [](const auto& one) { return one.name == kInterface; });
    return found == all.end() ? nullptr : &*found;
  }
  // The package installs a template, so that systemd knows every instance: one that nobody switched on does not count.
  bool has_unit() const {
    const auto* unit = *units ? (**units).find_core(kUnit) : nullptr;
    if (unit == nullptr || unit->load_state == "not-found") return false;
    return unit->unit_file_state.starts_with("enabled") || unit->active_state != "inactive";
  }
  bool exists() const { return has_unit() || link() != nullptr || config->ok(); }
};

Task ask_units(Context& context, const Result<UnitTable>*& units) { units = co_await context.shared.units(); }

void keep_config(model::Wireguard& section, const Result<outside::FileInfo>& config) {
  if (config) {
    section.config_exists = true;
    section.config_perms = fmt::format("{:o}", config->permissions);
  } else if (config.error().kind == ErrorKind::not_found) {
    section.config_exists = false;
  }
}

void keep_device(Context& context, model::Wireguard& section, outside::WireguardDevice device) {
  if (device.listen_port != 0) section.listen_port = device.listen_port;
  if (device.peers.size() > limits::kListItems) device.peers.resize(limits::kListItems);
  const auto now = context.machine.clock.unix_ms() / 1000;
  for (auto& peer : device.peers) {
    if (!peer.latest_handshake) continue;
    const bool never = *peer.latest_handshake == 0;
    peer.handshake_age_sec = never ? 0 : std::max<std::int64_t>(0, now - *peer.latest_handshake);
  }
  section.peer_count = static_cast<std::int64_t>(device.peers.size());
  section.peers = std::move(device.peers);
}

Task read_device(Context& context, model::Wireguard& section) {
  auto device = co_await context.machine.wireguard.device(std::string(kInterface), context.deadline);
  if (device) {
    keep_device(context, section, std::move(device).value());
  } else {
    context.note("peers", device.error());
  }
}

// Sources that could not be read; said also where the section is left out, since then nobody knows.
void note_unread(Context& context, const Findings& findings) {
  if (!*findings.units) context.note("service_active", findings.units->error());
  if (!*findings.links) context.note("interface_up", findings.links->error());
  if (!*findings.config && findings.config->error().kind != ErrorKind::not_found) {
    context.note("config_exists", findings.config->error());
  }
}

}  // namespace

Task probe_wireguard(Context& context) {
  Findings findings;
  findings.links = &context.shared.links();
  co_await together(ask_units(context, findings.units),
                    into(context.machine.disk.info(std::string(kConfig), context.deadline), findings.config));
  note_unread(context, findings);
  if (!findings.exists()) co_return;

  context.report.wireguard = model::Wireguard{};
  auto& section = *context.report.wireguard;
  if (*findings.units) section.service_active = (**findings.units).active(kUnit);
  keep_config(section, *findings.config);
  if (!*findings.links) co_return;
  const auto* link = findings.link();
  section.interface_up = link != nullptr && link->up;
  if (link == nullptr) co_return;
  section.mtu = link->mtu;
  if (!link->ipv4_addresses.empty()) section.wg_ip = link->ipv4_addresses.front();
  co_await read_device(context, section);
}

}  // namespace fleetwatch::probe
