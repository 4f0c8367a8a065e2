// The guardians of secrets.
#include <fmt/format.h>

#include "alert/rule.hpp"
#include "alert/units.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Severity;
using model::Vault;

const Vault* answering(const Look& look) {
  const auto* vault = look.section(&model::NodeReport::vault);
  if (vault == nullptr || is_false(vault->service_active)) return nullptr;
  return is_true(vault->responsive) ? vault : nullptr;
}

void service_down(const Look& look, Findings& out) {
  const auto* vault = look.section(&model::NodeReport::vault);
  if (vault != nullptr && is_false(vault->service_active)) out.push_back({.message = "service not running"});
}

void unresponsive(const Look& look, Findings& out) {
  const auto* vault = look.section(&model::NodeReport::vault);
  if (vault == nullptr || is_false(vault->service_active) || !is_false(vault->responsive)) return;
  out.push_back({.message = "no answer to health queries"});
}

// Guardians live on the other nodes; the answer only counts them, so that any known loss explains a lack.
Finding too_few(const Look& look, const Vault& vault, std::optional<std::int64_t> needed, std::string_view purpose) {
  Finding finding;
  finding.message = vault.healthy && vault.guardians
                        ? fmt::format("{} of {} guardians", *vault.healthy, *vault.guardians)
                        : std::string("too few guardians");
  if (needed) finding.message += fmt::format(", {} needed to {}", *needed, purpose);
  for (const auto& node : look.fleet.nodes) {
    if (node.index != look.node->index) finding.about.push_back(node.index);
  }
  finding.explained = Explained::by_any;
  return finding;
}

void unavailable(const Look& look, Findings& out) {
  const auto* vault = answering(look);
  if (vault == nullptr || vault->status != "unavailable") return;
  out.push_back(too_few(look, *vault, vault->threshold, "read"));
}

void degraded(const Look& look, Findings& out) {
  const auto* vault = answering(look);
  if (vault == nullptr || vault->status != "degraded") return;
  out.push_back(too_few(look, *vault, vault->write_quorum, "write"));
}

void restarts(const Look& look, Findings& out) {
  const auto* vault = answering(look);
  if (vault == nullptr || !is_above(vault->restart_count, look.limits().vault_restarts)) return;
  out.push_back({.message = fmt::format("restarted {} times", *vault->restart_count)});
}

constexpr Rule kRules[] = {
    {.id = "vault.service_down",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The vault's unit does not run on this node: it guards no secrets.",
     .fires = "the unit is not active",
     .causes = {"It was stopped or has failed: its unit says so.",
                "Its configuration is wrong: its last lines say so."},
     .checks = {{{"the unit's state", "systemctl status orama-vault orama-namespace-vault@index --no-pager"},
                 {"its last lines", "sudo journalctl -u orama-vault -u orama-namespace-vault@index -n 50 --no-pager"}}},
     .evaluate = service_down,
     .unit = kVaultUnit},
    {.id = "vault.unresponsive",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The vault does not answer behind the gateway of its own node.",
     .fires = "GET /v1/vault/status on port 6001 gives no JSON object",
     .unless = "the service is not active",
     .causes = {"The gateway is down: gateway.unresponsive fires too.",
                "The vault is starting: its unit is active for seconds only.",
                "The gateway does not know the path: the status is 404."},
     .checks = {{{"what the vault says", "curl -s -i --max-time 3 http://localhost:6001/v1/vault/status"},
                 {"the unit's state", "systemctl status orama-vault orama-namespace-vault@index --no-pager"}}},
     .evaluate = unresponsive,
     .unit = kVaultUnit},
    {.id = "vault.unavailable",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "So few guardians answer that secrets cannot be read.",
     .fires = "its health has the status unavailable",
     .unless = "the vault does not answer",
     .causes = {"Nodes are down: ssh.collect_failed names them, and this alert stands beneath.",
                "Vaults are stopped on other nodes: vault.service_down names them.",
                "The guardians do not reach each other: WireGuard handshakes are old."},
     .checks = {{{"what the vault says", "curl -s -i --max-time 3 http://localhost:6001/v1/vault/status"},
                 {"all nodes side by side", "fleetwatch monitor cluster --env {env}", Where::here}}},
     .evaluate = unavailable},
    {.id = "vault.degraded",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "Secrets can be read, but too few guardians answer for writing them.",
     .fires = "its health has the status degraded",
     .unless = "the vault does not answer",
     .causes = {"Nodes are down: ssh.collect_failed names them, and this alert stands beneath.",
                "Vaults are stopped on other nodes: vault.service_down names them.",
                "The guardians do not reach each other: WireGuard handshakes are old."},
     .checks = {{{"what the vault says", "curl -s -i --max-time 3 http://localhost:6001/v1/vault/status"},
                 {"all nodes side by side", "fleetwatch monitor cluster --env {env}", Where::here}}},
     .evaluate = degraded},
    {.id = "vault.restarts",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "systemd has restarted the vault several times since it was last started by hand.",
     .fires = "more than {vault_restarts} restarts",
     .unless = "the vault does not answer",
     .causes = {"It crashes: the lines before each start say why.",
                "It is killed for its memory use: system.oom_kills fires too."},
     .checks = {{{"the unit's state", "systemctl status orama-vault orama-namespace-vault@index --no-pager"},
                 {"its last lines", "sudo journalctl -u orama-vault -u orama-namespace-vault@index -n 50 --no-pager"}}},
     .evaluate = restarts,
     .unit = kVaultUnit},
};

}  // namespace

std::span<const Rule> vault_rules() { return kRules; }

}  // namespace fleetwatch::alert
