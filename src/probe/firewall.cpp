#include "probe/firewall.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "parse/ufw.hpp"

namespace fleetwatch::probe {

namespace {

constexpr std::string_view kSwitchFile = "/etc/ufw/ufw.conf";
constexpr std::string_view kDefaultsFile = "/etc/default/ufw";
constexpr std::string_view kRulesFile = "/etc/ufw/user.rules";
constexpr std::string_view kRules6File = "/etc/ufw/user6.rules";
constexpr std::string_view kLegacyTables = "/proc/net/ip_tables_names";
constexpr std::string_view kChainPrefix = "ufw-";

using Text = std::optional<Result<std::string>>;

Task read_config(Context& context, std::string_view path, Text& text) {
  return into(context.machine.disk.read(std::string(path), limits::kConfigFileBytes, context.deadline), text);
}

bool has_chains(const std::vector<outside::InputHook>& hooks) {
  return std::any_of(hooks.begin(), hooks.end(), [](const auto& hook) {
    return std::any_of(hook.jump_targets.begin(), hook.jump_targets.end(),
                       [](const auto& target) { return target.starts_with(kChainPrefix); });
  });
}

// The old iptables keeps its rules in tables of its own, which nf_tables does not show.
bool uses_legacy_tables(Context& context) {
  const auto tables = context.machine.kernel_files.read(kLegacyTables);
  if (!tables) return false;
  const auto names = lines(*tables);
  return std::find(names.begin(), names.end(), "filter") != names.end();
}

// What an enabled ufw really does; where the kernel cannot be asked, the file is believed.
bool is_in_force(Context& context) {
  const auto hooks = context.machine.firewall.input_hooks();
  if (!hooks) {
    context.note("ufw_active", hooks.error());
    return true;
  }
  if (has_chains(*hooks)) return true;
  if (!uses_legacy_tables(context)) return false;
  context.note("ufw_active", {ErrorKind::unavailable, "the firewall is in legacy tables; only its file was read"});
  return true;
}

Task read_rules(Context& context, model::Network& section) {
  Text defaults;
  Text rules;
  Text rules6;
  co_await together(read_config(context, kDefaultsFile, defaults), read_config(context, kRulesFile, rules),
                    read_config(context, kRules6File, rules6));
  if (!*rules) {
    context.note("ufw_rules", rules->error());
    co_return;
  }
  auto all = parse::ufw_rules(**rules, false);
  if (*defaults && parse::ufw_uses_ipv6(**defaults)) {
    if (!*rules6) {
      context.note("ufw_rules", rules6->error());
    } else {
      auto more = parse::ufw_rules(**rules6, true);
      std::move(more.begin(), more.end(), std::back_inserter(all));
    }
  }
  section.ufw_rules = parse::ufw_status_lines(all);
}

}  // namespace

Task read_firewall(Context& context, model::Network& section) {
  Text config;
  co_await read_config(context, kSwitchFile, config);
  if (!*config && config->error().kind != ErrorKind::not_found) {
    context.note("ufw_active", config->error());
    co_return;
  }
  section.ufw_active = *config && parse::ufw_enabled(**config) && is_in_force(context);
  if (*section.ufw_active) co_await read_rules(context, section);
}

}  // namespace fleetwatch::probe
