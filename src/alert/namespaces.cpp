// Tenants: each with its own rqlite and gateway.
#include <fmt/format.h>

#include "alert/rule.hpp"
#include "alert/wording.hpp"

namespace fleetwatch::alert {

namespace {

using model::Namespace;
using model::Severity;

template <class Say>
void for_each_namespace(const Look& look, Say&& say) {
  const auto* namespaces = look.section(&model::NodeReport::namespaces);
  if (namespaces == nullptr) return;
  for (const auto& tenant : *namespaces) say(tenant);
}

Finding about_tenant(const Namespace& tenant, std::string_view type, const std::string& what) {
  return {.message = fmt::format("namespace {}: {}", foreign(tenant.name), what),
          .subject = tenant.name,
          .unit = fmt::format("orama-namespace-{}@{}", type, tenant.name)};
}

void gateway_down(const Look& look, Findings& out) {
  for_each_namespace(look, [&](const Namespace& tenant) {
    if (is_false(tenant.gateway_up)) out.push_back(about_tenant(tenant, "gateway", "gateway down"));
  });
}

void gateway_unhealthy(const Look& look, Findings& out) {
  for_each_namespace(look, [&](const Namespace& tenant) {
    if (is_false(tenant.gateway_up) || !is_above(tenant.gateway_status, look.limits().gateway_unhealthy_status)) return;
    out.push_back(about_tenant(tenant, "gateway", fmt::format("gateway gave HTTP {}", *tenant.gateway_status)));
  });
}

void rqlite_down(const Look& look, Findings& out) {
  for_each_namespace(look, [&](const Namespace& tenant) {
    if (is_false(tenant.rqlite_up)) out.push_back(about_tenant(tenant, "rqlite", "RQLite down"));
  });
}

constexpr Rule kRules[] = {
    {.id = "namespace.gateway_down",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A tenant's gateway does not answer on this node.",
     .fires = "GET /v1/health on the tenant's gateway port gives no answer",
     .causes = {"Its unit is stopped or failed: the unit's state says so.",
                "The tenant's database is down: namespace.rqlite_down fires too."},
     .checks = kUnitChecks,
     .evaluate = gateway_down},
    {.id = "namespace.gateway_unhealthy",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A tenant's gateway answers with a server error.",
     .fires = "its health gives an HTTP status above {gateway_unhealthy_status}",
     .unless = "the gateway is down",
     .causes = {"What it needs is down: its last lines name it.",
                "It is starting: the unit is active for seconds only."},
     .checks = kUnitChecks,
     .evaluate = gateway_unhealthy},
    {.id = "namespace.rqlite_down",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .meaning = "A tenant's database does not answer on this node.",
     .fires = "GET /status on the tenant's port gives no answer below HTTP 400",
     .causes = {"Its unit is stopped or failed: the unit's state says so.",
                "The tenant was deleted half: its folder is there, its unit is not."},
     .checks = kUnitChecks,
     .evaluate = rqlite_down},
};

}  // namespace

std::span<const Rule> namespace_rules() { return kRules; }

}  // namespace fleetwatch::alert
