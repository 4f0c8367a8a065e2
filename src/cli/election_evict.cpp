#include <fmt/format.h>
#include <unistd.h>

#include <iostream>

#include "base/go_duration.hpp"
#include "base/terminal_text.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/election_options.hpp"
#include "parse/election_key.hpp"
#include "service/eviction.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

// Nothing: yes. A status: no, or nobody to ask.
std::optional<ExitStatus> not_confirmed(const std::string& election, const std::string& bucket) {
  if (!is_terminal(STDIN_FILENO) || !is_terminal(STDOUT_FILENO)) {
    return fail({ErrorKind::usage, "there is no terminal to ask for confirmation", {}, "say --force to evict unasked"});
  }
  write_out(fmt::format("Evict the current leader from election {} in bucket {}? (y/N) ", election, bucket));
  std::string answer;
  if (!std::getline(std::cin, answer)) {
    say("\nfleetwatch: no answer, nothing was changed");
    return ExitStatus::failed;
  }
  const auto word = trim(answer);
  if (word == "y" || word == "Y" || word == "yes") return std::nullopt;
  return ExitStatus::done;
}

std::string outcome_text(const service::Eviction& eviction, const model::ElectionBucket& bucket) {
  if (eviction.purged) return "The key was purged: any candidate can win it at its next campaign.";
  return fmt::format(
      "The key could not be purged ({}), it holds a delete marker for up to {}: until then only those can lead who may "
      "read the bucket{}.",
      terminal_safe(eviction.why_not), go_duration(bucket.ttl_ns),
      eviction.announced ? ", and candidates of fleetwatch in this account" : "");
}

asio::awaitable<ExitStatus> evict(ElectionSession& session, const ElectionOptions& options) {
  service::ElectionBucket bucket(session.bus, bucket_options(options));
  auto asking = bucket.info();
  const auto info = co_await std::move(asking);
  if (!info) co_return fail_at_broker(info.error());
  auto evicting = service::evict(bucket, options.election);
  const auto eviction = co_await std::move(evicting);
  if (!eviction) co_return fail_at_broker(eviction.error());
  if (!eviction->had_leader) {
    co_return write_out(
        fmt::format("Election {} in bucket {} has no leader\n", options.election, bucket.options().bucket));
  }
  auto text =
      fmt::format("Evicted the leader from election {} in bucket {}\n", options.election, bucket.options().bucket);
  if (!eviction->leader.empty()) text += fmt::format("It was {}. ", terminal_safe(eviction->leader));
  co_return write_out(text + outcome_text(*eviction, *info) + "\n");
}

ExitStatus run(const ElectionOptions& options) {
  const auto bucket = bucket_options(options).bucket;
  if (const auto legal = parse::check_election_key(options.election); !legal) return fail(legal.error());
  if (const auto legal = parse::check_bucket_name(bucket); !legal) return fail(legal.error());
  if (!options.force) {
    if (const auto status = not_confirmed(options.election, bucket)) return *status;
  }
  const auto task = [&options](ElectionSession& session) { return evict(session, options); };
  return run_at_broker(options, bucket, Patience::one_timeout, task);
}

}  // namespace

void add_election_evict(CLI::App& election, const SharedElectionOptions& options, Action& chosen) {
  auto* app = election.add_subcommand("evict", "Take an election away from its leader");
  app->add_option("ELECTION", options->election, "Name of the election")->required();
  add_bucket_option(*app, *options, std::string(service::kElectionBucket));
  app->add_flag("--force", options->force, "Do not ask");
  app->fallthrough();
  app->footer(
      "The leader notices at its next write, and may win again. Flags for the broker are those of\n"
      "`fleetwatch election --help`.\n\n"
      "Example:\n  fleetwatch election evict provisioner --force");
  app->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace fleetwatch::cli
