#include "cli/monitor_options.hpp"

namespace fleetwatch::cli {

void add_monitor_options(CLI::App& app, MonitorOptions& options) {
  app.add_option("--env", options.environment, "Environment: column 1 of the inventory")->type_name("NAME");
  app.add_flag("--json", options.json, "JSON instead of a table");
  app.add_option("--node", options.node, "Only the node with this host field")->type_name("HOST");
  app.add_option("--config", options.config, "Inventory file")->check(a_name())->type_name("FILE");
  app.add_flag("--flat", options.flat, "List effects beside their causes instead of beneath them");
  app.add_flag("--fold", options.fold, "One row of a table for all nodes that are alike: n[03-17]");
  app.add_flag("--exit-code", options.exit_code,
               "Exit with 1 for warnings, 2 for critical alerts, 3 when no node answered");
  app.add_option("--save", options.save, "Write the snapshot to a file too")->check(a_name())->type_name("FILE");
  app.add_option("--from", options.from, "Show a saved snapshot (- is standard input) instead of asking the nodes")
      ->check(a_name())
      ->type_name("FILE");
  app.add_option("--ssh-key", options.ssh_key, "Private key for nodes whose inventory line names none")
      ->type_name("FILE")
      ->envname("FLEETWATCH_SSH_KEY");
  app.add_option("--ssh-option", options.ssh_options, "Given to ssh as -o (repeatable)")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_option("--report-command", options.report_command, "Run this on the nodes instead of the collector")
      ->type_name("COMMAND");
  app.add_option("--internet-target", options.internet_target, "Address for the echo of the node `local`, or none")
      ->type_name("ADDRESS")
      ->capture_default_str();
  add_duration(app, "--timeout", options.timeout, "Deadline of one node, over all attempts");
  add_duration(app, "--deadline", options.deadline, "Deadline of the whole run");
  app.add_option("--parallel", options.parallel, "Nodes asked at once, 1 to 1024")
      ->check(CLI::Range(1, 1024).description(""))
      ->type_name("NUMBER")
      ->capture_default_str();
}

}  // namespace fleetwatch::cli
