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

constexpr std::string_view kUnit =
    "{on} 'systemctl status {unit} --no-pager' and: {on} 'sudo journalctl -u {unit} -n 50 --no-pager'";

constexpr Rule kRules[] = {
    {.id = "namespace.gateway_down",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "A tenant's gateway does not answer on this node",
     .hint = kUnit,
     .evaluate = gateway_down},
    {.id = "namespace.gateway_unhealthy",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "A tenant's gateway answers with a server error",
     .hint = kUnit,
     .evaluate = gateway_unhealthy},
    {.id = "namespace.rqlite_down",
     .severity = Severity::warning,
     .scope = Scope::node,
     .asks = Asks::node,
     .summary = "A tenant's database does not answer on this node",
     .hint = kUnit,
     .evaluate = rqlite_down},
};

}  // namespace

std::span<const Rule> namespace_rules() { return kRules; }

}  // namespace fleetwatch::alert
