// The HTTP gateway.
#include <fmt/format.h>

#include "alert/rule.hpp"
#include "alert/units.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Gateway;
using model::Severity;

// The gateway has its own unit, or runs inside orama-node.
std::string_view gateway_unit(const Look& look) {
  const auto* services = look.section(&model::NodeReport::services);
  const auto* unit = services == nullptr ? nullptr : find_unit(*services, kGatewayUnit);
  return unit != nullptr && !is_missing(*unit) ? kGatewayUnit : kNodeUnit;
}

void unresponsive(const Look& look, Findings& out) {
  const auto* gateway = look.section(&model::NodeReport::gateway);
  if (gateway == nullptr || !is_false(gateway->responsive)) return;
  out.push_back({.message = "not responding", .unit = std::string(gateway_unit(look))});
}

const Gateway* answering(const Look& look) {
  const auto* gateway = look.section(&model::NodeReport::gateway);
  return gateway != nullptr && is_true(gateway->responsive) ? gateway : nullptr;
}

void http_status(const Look& look, Findings& out) {
  constexpr std::int64_t kOk = 200;
  const auto* gateway = answering(look);
  if (gateway == nullptr || !gateway->http_status || *gateway->http_status == kOk) return;
  out.push_back({.message = fmt::format("health gave HTTP {}", *gateway->http_status)});
}

void subsystem(const Look& look, Findings& out) {
  const auto* gateway = answering(look);
  if (gateway == nullptr || !gateway->subsystems) return;
  for (const auto& [name, state] : *gateway->subsystems) {
    const auto status = state.status.value_or("");
    if (status.empty() || status == "ok") continue;
    auto message = fmt::format("subsystem {}: {}", foreign(name), foreign(status));
    if (!state.error.value_or("").empty()) message += ", " + foreign(*state.error);
    out.push_back({.message = std::move(message), .subject = name, .part = name});
  }
}

constexpr Rule kRules[] = {
    {.id = "gateway.unresponsive",
     .severity = Severity::critical,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The gateway does not answer on its own node.",
     .fires = "GET /v1/health on port 6001 gives no answer",
     .causes = {"The unit that runs it is stopped or failed: the unit's state says so.",
                "It is starting: the unit is active for seconds only.",
                "The process hangs: the port accepts connections and nothing comes back."},
     .checks = kUnitChecks,
     .evaluate = unresponsive},
    {.id = "gateway.http_status",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The gateway answers, but not that it is well.",
     .fires = "its health is not HTTP 200",
     .unless = "the gateway does not answer",
     .causes = {"A part that it needs is not well: gateway.subsystem names it.",
                "It is starting: the unit is active for seconds only."},
     .checks = {{{"what it says about its parts", "curl -s -i --max-time 3 http://localhost:6001/v1/health"}}},
     .evaluate = http_status},
    {.id = "gateway.subsystem",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "The gateway says that something it needs is not well.",
     .fires = "the state of one of its parts is neither ok nor empty",
     .unless = "the gateway does not answer",
     .causes = {"The part itself is down: its own alert says so, and this one stands beneath it.",
                "The gateway asks it at an address that does not work: the error names the address."},
     .checks = {{{"what it says about its parts", "curl -s -i --max-time 3 http://localhost:6001/v1/health"}}},
     .evaluate = subsystem},
};

}  // namespace

std::span<const Rule> gateway_rules() { return kRules; }

}  // namespace fleetwatch::alert
