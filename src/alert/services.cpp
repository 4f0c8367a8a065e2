// systemd units.
#include <fmt/format.h>

#include <algorithm>

#include "alert/rule.hpp"
#include "alert/units.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Service;
using model::Services;
using model::Severity;

// A unit listed under a newer name beside its core name is one unit: the core name speaks for it.
bool speaks_twice(const Services& services, const Service& service) {
  const auto core = core_unit(service.name);
  if (core == service.name) return false;
  const auto* first = find_unit(services, core);
  return first != nullptr && first != &service && first->active_state == service.active_state;
}

bool anyone_is_elsewhere(const Look& look, const Services& services, std::string_view unit) {
  const auto* anyone = look.section(&model::NodeReport::anyone);
  if (anyone == nullptr) return true;
  const auto mode = anyone->mode.value_or("");
  if (mode == "relay") return unit == kClientUnit;
  if (mode == "client") return unit == kRelayUnit;
  const auto absent = [&](std::string_view name) {
    const auto* service = find_unit(services, name);
    return service == nullptr || may_be_missing(*service);
  };
  return absent(kRelayUnit) && absent(kClientUnit);
}

bool gateway_answers(const Node& node) {
  const auto* gateway = section(node, &model::NodeReport::gateway);
  return gateway != nullptr && is_true(gateway->responsive);
}

// Whether this unit has no business on this node; for units that neither run nor failed.
bool is_expected_idle(const Look& look, const Services& services, const Service& service) {
  if (is_missing(service)) return true;
  const auto unit = core_unit(service.name);
  const bool nameserver = look.node->result->node.is_nameserver();
  if (unit == kCorednsUnit) return !nameserver;
  if (unit == kRelayUnit || unit == kClientUnit) return anyone_is_elsewhere(look, services, unit);
  if (unit == kGatewayUnit) return may_be_missing(service) && gateway_answers(*look.node);
  if (unit == kCaddyUnit) return may_be_missing(service) && !nameserver;
  return false;
}

bool is_idle(const Service& service) { return service.active_state != "active" && service.active_state != "failed"; }

template <class Say>
void for_each_unit(const Look& look, Say&& say) {
  const auto* services = look.section(&model::NodeReport::services);
  if (services == nullptr) return;
  for (const auto& service : services->services) {
    if (speaks_twice(*services, service)) continue;
    if (is_idle(service) && is_expected_idle(look, *services, service)) continue;
    say(service);
  }
}

Finding about_unit(std::string_view name, std::string message) {
  return {.message = std::move(message), .subject = std::string(name), .unit = std::string(core_unit(name))};
}

void failed(const Look& look, Findings& out) {
  for_each_unit(look, [&](const Service& service) {
    if (service.active_state != "failed") return;
    out.push_back(about_unit(service.name, fmt::format("{} failed", foreign(service.name))));
  });
}

void not_active(const Look& look, Findings& out) {
  for_each_unit(look, [&](const Service& service) {
    const auto& state = service.active_state;
    if (!is_idle(service) || state.empty() || state == "unknown") return;
    out.push_back(about_unit(service.name, fmt::format("{} is {}", foreign(service.name), foreign(state))));
  });
}

void restart_loop(const Look& look, Findings& out) {
  for_each_unit(look, [&](const Service& service) {
    if (!is_true(service.restart_loop_risk)) return;
    out.push_back(
        about_unit(service.name, fmt::format("{} restart loop: {} restarts, active for {} s", foreign(service.name),
                                             service.n_restarts.value_or(0), service.active_since_sec.value_or(0))));
  });
}

void failed_unit(const Look& look, Findings& out) {
  const auto* services = look.section(&model::NodeReport::services);
  if (services == nullptr) return;
  for (const auto& name : services->failed_units) {
    const bool reported =
        std::any_of(services->services.begin(), services->services.end(), [&](const Service& service) {
          return service.active_state == "failed" && core_unit(service.name) == core_unit(name);
        });
    if (!reported) out.push_back(about_unit(name, fmt::format("failed unit {}", foreign(name))));
  }
}

bool runs_somewhere(const Context& fleet, std::string_view unit) {
  return std::any_of(fleet.nodes.begin(), fleet.nodes.end(), [&](const Node& node) {
    const auto* services = section(node, &model::NodeReport::services);
    const auto* service = services == nullptr ? nullptr : find_unit(*services, unit);
    if (service == nullptr || is_missing(*service)) return false;
    return service->load_state.has_value() || service->active_state == "active";
  });
}

void not_installed(const Look& look, Findings& out) {
  for (const auto unit : kEveryNodeUnits) {
    if (!runs_somewhere(look.fleet, unit)) continue;
    for (const auto& node : look.fleet.nodes) {
      const auto* services = section(node, &model::NodeReport::services);
      const auto* service = services == nullptr ? nullptr : find_unit(*services, unit);
      if (service == nullptr || !is_missing(*service)) continue;
      // Newer versions run the gateway inside orama-node.
      if (unit == kGatewayUnit && gateway_answers(node)) continue;
      Finding finding = about_unit(unit, fmt::format("{} is not installed here, but on other nodes", unit));
      finding.node = node.index;
      out.push_back(std::move(finding));
    }
  }
}

constexpr Rule kRules[] = {
    {.id = "service.not_installed",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::fleet,
     .meaning = "A unit that belongs on every node is missing on this one.",
     .fires = "systemd does not find the unit here, and another node of the environment has it",
     .unless = "orama-gateway, where the gateway answers without a unit of its own",
     .causes = {"The installation was not finished: other units are missing too.",
                "The node has another version, whose units have other names."},
     .checks = {{{"whether systemd knows it", "systemctl cat {unit} --no-pager"},
                 {"which units are there", "ls -l /etc/systemd/system"}}},
     .evaluate = not_installed},
    {.id = "service.failed",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "systemd has given up on the unit.",
     .fires = "the unit's active state is failed",
     .causes = {"It crashes at its start: the same error is in each of its last lines.",
                "Its configuration is wrong: the first line after its start says so.",
                "The kernel killed it: the result is oom-kill or signal.",
                "What it needs is not there: a dependency has failed, too."},
     .checks = kUnitChecks,
     .evaluate = failed},
    {.id = "service.not_active",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The unit does not run and did not fail: it was stopped, never started, or is between two states.",
     .fires = "the unit's active state is neither active nor failed",
     .unless = "the unit is not installed; coredns or a missing caddy on a node that is no nameserver; the Anyone unit "
               "of the other mode; orama-gateway where the gateway answers without it",
     .causes = {"Somebody stopped it: the last line says Stopped.", "It was never enabled: the state says disabled.",
                "It is starting or stopping: the state is activating or deactivating."},
     .checks = kUnitChecks,
     .evaluate = not_active},
    {.id = "service.restart_loop",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The unit was restarted several times and runs for less than five minutes.",
     .fires = "the collector says so: more than 3 restarts and active for less than 300 s",
     .unless = "the unit is not expected to run on this node",
     .causes = {"It crashes soon after its start: its last lines repeat.",
                "It is killed for its memory use: system.oom_kills fires too.",
                "Somebody is working on it: the restarts are by hand."},
     .checks = kUnitChecks,
     .evaluate = restart_loop},
    {.id = "service.failed_unit",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "systemd lists a unit as failed that is none of the product's core units.",
     .fires = "the unit is in the list of failed units, and service.failed does not name it",
     .causes = {"A timer's job failed once: its state stays until the next good run.",
                "A service of the machine is broken: its last lines say why."},
     .checks = kUnitChecks,
     .evaluate = failed_unit},
};

}  // namespace

std::span<const Rule> service_rules() { return kRules; }

}  // namespace fleetwatch::alert
