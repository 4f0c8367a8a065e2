// The table of probes: one row per section of the report.
#pragma once

#include <array>
#include <string_view>

#include "probe/context.hpp"

namespace fleetwatch::probe {

boost::asio::awaitable<void> probe_system(Context& context);
boost::asio::awaitable<void> probe_services(Context& context);
boost::asio::awaitable<void> probe_rqlite(Context& context);
boost::asio::awaitable<void> probe_olric(Context& context);
boost::asio::awaitable<void> probe_ipfs(Context& context);
boost::asio::awaitable<void> probe_gateway(Context& context);
boost::asio::awaitable<void> probe_wireguard(Context& context);
boost::asio::awaitable<void> probe_dns(Context& context);
boost::asio::awaitable<void> probe_anyone(Context& context);
boost::asio::awaitable<void> probe_network(Context& context);
boost::asio::awaitable<void> probe_processes(Context& context);
boost::asio::awaitable<void> probe_namespaces(Context& context);
boost::asio::awaitable<void> probe_vault(Context& context);
boost::asio::awaitable<void> probe_deployments(Context& context);
boost::asio::awaitable<void> probe_serverless(Context& context);

struct ProbeRow {
  std::string_view section;
  Probe probe;
  milliseconds limit;                               // the probe's own deadline, counted from the start of the report
  void (*mark_crashed)(model::NodeReport& report);  // makes the section null
};

template <auto Member>
void mark_crashed(model::NodeReport& report) {
  using SectionType = std::remove_reference_t<decltype(report.*Member)>;
  report.*Member = SectionType::crashed();
}

// In the order of model::kSectionNames.
inline constexpr std::array<ProbeRow, 15> kProbes = {{
    {"system", probe_system, milliseconds{3000}, mark_crashed<&model::NodeReport::system>},
    {"services", probe_services, milliseconds{3000}, mark_crashed<&model::NodeReport::services>},
    {"rqlite", probe_rqlite, milliseconds{2500}, mark_crashed<&model::NodeReport::rqlite>},
    {"olric", probe_olric, milliseconds{2000}, mark_crashed<&model::NodeReport::olric>},
    {"ipfs", probe_ipfs, milliseconds{2500}, mark_crashed<&model::NodeReport::ipfs>},
    {"gateway", probe_gateway, milliseconds{2000}, mark_crashed<&model::NodeReport::gateway>},
    {"wireguard", probe_wireguard, milliseconds{2000}, mark_crashed<&model::NodeReport::wireguard>},
    {"dns", probe_dns, milliseconds{2500}, mark_crashed<&model::NodeReport::dns>},
    {"anyone", probe_anyone, milliseconds{2000}, mark_crashed<&model::NodeReport::anyone>},
    {"network", probe_network, milliseconds{2000}, mark_crashed<&model::NodeReport::network>},
    {"processes", probe_processes, milliseconds{3000}, mark_crashed<&model::NodeReport::processes>},
    {"namespaces", probe_namespaces, milliseconds{3000}, mark_crashed<&model::NodeReport::namespaces>},
    {"vault", probe_vault, milliseconds{2000}, mark_crashed<&model::NodeReport::vault>},
    {"deployments", probe_deployments, milliseconds{2000}, mark_crashed<&model::NodeReport::deployments>},
    {"serverless", probe_serverless, milliseconds{2000}, mark_crashed<&model::NodeReport::serverless>},
}};

}  // namespace fleetwatch::probe
