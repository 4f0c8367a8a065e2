#include "probe/probes.hpp"

namespace fleetwatch::probe {

namespace {

// What systemd has loaded, stopped units included. A unit whose file was deleted is no deployment any more.
bool is_deployment(const outside::LoadedUnit& unit) {
  return unit.name.starts_with("orama-deploy-") && unit.name.ends_with(".service") && unit.load_state != "not-found";
}

}  // namespace

boost::asio::awaitable<void> probe_deployments(Context& context) {
  const auto* units = co_await context.shared.units();
  if (!*units) {
    context.report.deployments = model::Deployments();
    context.note("", units->error());
    co_return;
  }
  std::int64_t total = 0;
  std::int64_t running = 0;
  std::int64_t failed = 0;
  for (const auto& unit : (*units)->loaded) {
    if (!is_deployment(unit)) continue;
    ++total;
    running += unit.sub_state == "running" ? 1 : 0;
    failed += unit.active_state == "failed" ? 1 : 0;
  }
  if (total == 0) co_return;
  model::Deployments section;
  section.total_count = total;
  section.running_count = running;
  section.failed_count = failed;
  context.report.deployments = std::move(section);
}

}  // namespace fleetwatch::probe
