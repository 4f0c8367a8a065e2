#include "cli/election.hpp"

#include "cli/election_options.hpp"
#include "parse/election_key.hpp"

namespace fleetwatch::cli {

void add_election(CLI::App& parent, Action& chosen) {
  auto* app = parent.add_subcommand("election", "Leader elections at a message broker: who leads, and who wants to");
  app->alias("elect")->alias("elec");
  auto options = std::make_shared<ElectionOptions>();
  add_broker_options(*app, options->broker);
  const auto prefix = [](const std::string& text) {
    const auto legal = parse::check_api_prefix(text);
    return legal ? std::string() : legal.error().what + "; " + legal.error().help;
  };
  app->add_option(
         "--js-api-prefix", options->api_prefix,
         "Needed in an account that imports another one's streams: what stands before their subjects; with Choria's "
         "broker choria.streams")
      ->type_name("PREFIX")
      ->check(CLI::Validator(prefix, ""));
  app->require_subcommand(1);
  app->footer(
      "Examples:\n"
      "  fleetwatch election info\n"
      "  fleetwatch election list --json\n"
      "  fleetwatch election info --watch provisioner\n"
      "  fleetwatch election evict provisioner");
  for (const auto add :
       {add_election_info, add_election_list, add_election_evict, add_election_run, add_election_file}) {
    add(*app, options, chosen);
  }
}

}  // namespace fleetwatch::cli
