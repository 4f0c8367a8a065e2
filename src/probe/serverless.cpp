#include <fmt/format.h>

#include "probe/local_service.hpp"
#include "probe/probes.hpp"

namespace fleetwatch::probe {

namespace {

// The engine is part of the gateway. Nothing: the question could not be put, which tells nothing of the engine.
std::optional<std::string> engine_status(const Result<outside::HttpResponse>& health) {
  constexpr int kOk = 200;
  if (health) {
    const auto status = health.value().status;
    return status == kOk ? std::string("healthy") : fmt::format("unhealthy (HTTP {})", status);
  }
  switch (health.error().kind) {
    case ErrorKind::unavailable:
    case ErrorKind::timeout:
    case ErrorKind::malformed:
      return "unreachable";
    default:
      return std::nullopt;
  }
}

}  // namespace

boost::asio::awaitable<void> probe_serverless(Context& context) {
  auto looking = not_installed(context, {kGatewayPort}, {"orama-gateway", "orama-node"});
  const bool absent = co_await std::move(looking);
  if (absent) co_return;
  context.report.serverless = model::Serverless();
  const auto* health = co_await context.shared.gateway_health(context.deadline);
  auto& section = *context.report.serverless;
  section.engine_status = engine_status(*health);
  if (!*health) context.note("engine_status", Error{health->error().kind, health->error().what, "/v1/health"});
}

}  // namespace fleetwatch::probe
