#include "cli/monitor.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "alert/judge.hpp"
#include "cli/console.hpp"
#include "cli/explain.hpp"
#include "cli/monitor_choria.hpp"
#include "cli/monitor_diff.hpp"
#include "cli/monitor_options.hpp"
#include "cli/monitor_report.hpp"
#include "cli/snapshot_source.hpp"
#include "codec/write.hpp"
#include "view/alerts.hpp"
#include "view/cluster.hpp"
#include "view/dns.hpp"
#include "view/llm_report.hpp"
#include "view/mesh.hpp"
#include "view/namespaces.hpp"
#include "view/node.hpp"
#include "view/service.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

namespace {

using Alerts = std::vector<model::Alert>;

// One view of a snapshot: pure functions to a table and to JSON. A view without a table always writes JSON.
struct MonitorView {
  std::string_view name;
  std::string_view summary;
  std::string_view example;
  view::Document (*table)(const model::Snapshot&, const Alerts&, const view::Options&);
  std::string (*json)(const model::Snapshot&, const Alerts&);
};

constexpr std::string_view kReport = "report";  // the one view with flags of its own

// The view's rows, written by their field tables.
template <auto rows>
std::string rows_json(const model::Snapshot& snapshot, const Alerts& /*alerts*/) {
  return codec::write_json(rows(snapshot), codec::Layout::indented);
}

constexpr std::array<MonitorView, 8> kViews = {{
    {"cluster", "All nodes in one table, and what is wrong", "fleetwatch monitor cluster --env testnet",
     view::cluster_document, rows_json<view::cluster_rows>},
    {"node", "Every node in detail: system, database, mesh, services, DNS",
     "fleetwatch monitor node --env testnet --node 203.0.113.10", view::node_document, rows_json<view::node_rows>},
    {"service", "The state of every unit on every node", "fleetwatch monitor service --env testnet --fold",
     view::service_document, rows_json<view::service_rows>},
    {"mesh", "The WireGuard mesh: interfaces, peers, handshakes", "fleetwatch monitor mesh --env testnet",
     view::mesh_document, rows_json<view::mesh_rows>},
    {"dns", "The nameservers: CoreDNS, Caddy, resolution, certificates", "fleetwatch monitor dns --env testnet",
     view::dns_document, rows_json<view::dns_rows>},
    {"namespaces", "The tenants' namespaces on every node", "fleetwatch monitor namespaces --env testnet --json",
     view::namespaces_document, rows_json<view::namespace_rows>},
    {"alerts", "Every alert, its cause and what to do next",
     "fleetwatch monitor alerts --env testnet --exit-code\n"
     "  fleetwatch monitor alerts --explain rqlite.no_leader",
     view::alerts_document,
     [](const model::Snapshot& /*snapshot*/, const Alerts& alerts) {
       return codec::write_json(alerts, codec::Layout::indented);
     }},
    {kReport, "Everything as one JSON object, for programs and language models",
     "fleetwatch monitor report --env testnet | jq .summary\n"
     "  fleetwatch monitor report --env testnet --compact --max-tokens 2000",
     nullptr,
     [](const model::Snapshot& snapshot, const Alerts& alerts) {
       return codec::write_json(view::llm_report(snapshot, alerts), codec::Layout::indented);
     }},
}};

ExitStatus status_of_health(const model::Snapshot& snapshot, const Alerts& alerts) {
  const bool any_answered = std::any_of(snapshot.nodes.begin(), snapshot.nodes.end(),
                                        [](const model::NodeResult& result) { return result.answered(); });
  if (!any_answered) return ExitStatus::unreached;
  if (view::count_of(alerts, model::Severity::critical) > 0) return ExitStatus::critical;
  return view::count_of(alerts, model::Severity::warning) > 0 ? ExitStatus::failed : ExitStatus::done;
}

ExitStatus show(const MonitorView& shown, const MonitorOptions& options) {
  if (options.explain) return explain_alert(options);
  const auto snapshot = take_snapshot(options);
  if (!snapshot) {
    const auto status = fail(snapshot.error());
    // With --exit-code, 1 to 3 speak of health alone.
    return options.exit_code && status == ExitStatus::failed ? ExitStatus::bug : status;
  }
  const auto alerts = alert::judge(*snapshot);
  std::string text;
  if (options.compact) {
    text = compact_json(*snapshot, alerts, options.max_tokens, options.flat) + "\n";
  } else if (options.json || shown.table == nullptr) {
    text = shown.json(*snapshot, alerts) + "\n";
  } else {
    text =
        view::to_text(shown.table(*snapshot, alerts, {options.flat, options.fold, terminal_columns()}), wants_colour());
  }
  const auto status = write_out(text);
  return status == ExitStatus::done && options.exit_code ? status_of_health(*snapshot, alerts) : status;
}

}  // namespace

void add_monitor(CLI::App& parent, Action& chosen) {
  auto* app = parent.add_subcommand("monitor", "The health of all nodes of an environment, gathered over ssh");
  auto options = std::make_shared<MonitorOptions>();
  add_monitor_options(*app, *options);
  app->require_subcommand(0, 1);
  app->footer(
      "Without a subcommand: cluster.\n\nExamples:\n"
      "  fleetwatch monitor cluster --env testnet\n"
      "  fleetwatch monitor alerts --env testnet --node 203.0.113.10 --json\n"
      "  fleetwatch monitor report --env testnet --save now.json | jq .summary\n"
      "  fleetwatch monitor cluster --from now.json\n"
      "  fleetwatch monitor diff before.json now.json");
  for (const auto& one : kViews) {
    auto* command = app->add_subcommand(std::string(one.name), std::string(one.summary));
    command->fallthrough();
    if (one.name == "alerts") add_explain_options(*command, *options);
    command->footer("Flags are those of `fleetwatch monitor --help`.\n\nExample:\n  " + std::string(one.example));
    if (one.name == kReport) add_report_options(*command, *options);
    command->callback([options, &chosen, &one] { chosen = [options, &one] { return show(one, *options); }; });
  }
  add_monitor_diff(*app, options, chosen);
  add_monitor_choria(*app, options, chosen);
  app->callback([options, &chosen] {
    if (!chosen) chosen = [options] { return show(kViews.front(), *options); };
  });
}

}  // namespace fleetwatch::cli
