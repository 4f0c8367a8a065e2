#include <fmt/format.h>

#include "parse/gateway_health.hpp"
#include "probe/local_service.hpp"
#include "probe/probes.hpp"

namespace fleetwatch::probe {

boost::asio::awaitable<void> probe_gateway(Context& context) {
  auto looking = not_installed(context, {kGatewayPort}, {"orama-gateway", "orama-node"});
  const bool absent = co_await std::move(looking);
  if (absent) co_return;
  context.report.gateway = model::Gateway();
  const auto* health_answer = co_await context.shared.gateway_health(context.deadline);
  const auto& answer = *health_answer;

  model::Gateway section;
  if (answer) {
    // A degraded gateway tells its subsystems with another status than 200.
    auto health = parse::parse_gateway_health(answer.value().body);
    if (health) {
      section = std::move(health).value();
    } else {
      auto where = fmt::format("/v1/health, HTTP {}", answer.value().status);
      context.note("subsystems", Error{health.error().kind, health.error().what, std::move(where)});
    }
    section.http_status = answer.value().status;
  } else {
    context.note("", Error{answer.error().kind, answer.error().what, "/v1/health"});
  }
  // Bytes that are no HTTP are no answer of a gateway.
  section.responsive = answer.ok();
  context.report.gateway = std::move(section);
}

}  // namespace fleetwatch::probe
