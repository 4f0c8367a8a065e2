#include <algorithm>
#include <iterator>
#include <utility>

#include "base/clock.hpp"
#include "cli/console.hpp"
#include "cli/election_options.hpp"
#include "codec/write.hpp"
#include "view/election.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

void warn_of_replicas(bool reads_any_replica) {
  if (reads_any_replica) {
    say("fleetwatch: the leader of the stream may not be asked here: what is shown may be behind");
  }
}

asio::awaitable<ExitStatus> show_info(ElectionSession& session, const ElectionOptions& options) {
  service::ElectionBucket bucket(session.bus, bucket_options(options));
  const SystemClock clock;
  auto looking = service::look_at(bucket, clock);
  auto look = co_await std::move(looking);
  if (!look) co_return fail_at_broker(look.error());
  const auto wanted = key_filter(options.election);
  if (!wanted) {
    // As the reference, which looks at the expression late.
    if (!options.json) write_out(view::election_bucket_text(look->bucket));
    co_return fail(wanted.error());
  }
  std::erase_if(look->keys, [&](const auto& key) { return !(*wanted)(key.name); });
  warn_of_replicas(look->reads_any_replica);
  if (!options.json) {
    co_return write_out(view::election_bucket_text(look->bucket) + view::election_table_text(look->bucket, look->keys));
  }
  auto info = view::election_info(look->bucket, look->keys, look->now_unix_ms);
  info.reads_any_replica = look->reads_any_replica;
  co_return write_out(codec::write_json(info, codec::Layout::indented) + "\n");
}

asio::awaitable<ExitStatus> show_list(ElectionSession& session, const ElectionOptions& options) {
  std::vector<std::string> buckets = {options.bucket};
  if (options.bucket.empty()) {
    auto finding = service::find_election_buckets(session.bus, options.broker.timeout);
    auto found = co_await std::move(finding);
    // Who may not list streams may still look at the one that everybody uses.
    const bool refused = !found && found.error().kind == ErrorKind::denied;
    if (!found && !refused) co_return fail_at_broker(found.error());
    buckets = refused ? std::vector{std::string(service::kElectionBucket)} : std::move(*found);
  }
  const SystemClock clock;
  std::vector<model::ElectionRow> rows;
  bool behind = false;
  for (const auto& name : buckets) {
    auto where = bucket_options(options);
    where.bucket = name;
    service::ElectionBucket bucket(session.bus, where);
    auto looking = service::look_at(bucket, clock);
    auto look = co_await std::move(looking);
    if (!look) co_return fail_at_broker(look.error());
    behind = behind || look->reads_any_replica;
    for (const auto& key : look->keys) rows.push_back(view::election_row(look->bucket, key, look->now_unix_ms));
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.bucket, a.election) < std::tie(b.bucket, b.election);
  });
  warn_of_replicas(behind);
  if (options.json) co_return write_out(codec::write_json(rows, codec::Layout::indented) + "\n");
  co_return write_out(view::to_text(view::election_list(rows, terminal_columns()), wants_colour()));
}

}  // namespace

void add_election_info(CLI::App& election, const SharedElectionOptions& options, Action& chosen) {
  auto* app = election.add_subcommand("info", "The bucket of the elections, what is wrong with it, and the leaders");
  app->alias("view")->alias("i");
  app->add_option("ELECTION", options->election, "Regular expression for names of elections; default: all");
  add_bucket_option(*app, *options, std::string(service::kElectionBucket));
  app->add_flag("--json", options->json, "JSON, with age, time left and revision; with --watch one object per line");
  app->add_flag("--watch", options->watch, "Go on: each change of leader, and leaders that stop renewing");
  app->fallthrough();
  app->footer(
      "Flags for the broker are those of `fleetwatch election --help`.\n\n"
      "Examples:\n  fleetwatch election info\n  fleetwatch election info --watch provisioner");
  app->callback([options, &chosen] {
    chosen = [options] {
      const bool watch = options->watch;
      const auto task = [options, watch](ElectionSession& session) {
        return watch ? watch_elections(session, *options) : show_info(session, *options);
      };
      return run_at_broker(*options, bucket_options(*options).bucket,
                           watch ? Patience::for_ever : Patience::one_timeout, task);
    };
  });
}

void add_election_list(CLI::App& election, const SharedElectionOptions& options, Action& chosen) {
  auto* app = election.add_subcommand("list", "Every election with its leader, age, time left and revision");
  add_bucket_option(*app, *options, "every bucket of elections");
  app->add_flag("--json", options->json, "JSON");
  app->fallthrough();
  app->footer(
      "Flags for the broker are those of `fleetwatch election --help`.\n\n"
      "Example:\n  fleetwatch election list");
  app->callback([options, &chosen] {
    chosen = [options] {
      const auto task = [options](ElectionSession& session) { return show_list(session, *options); };
      return run_at_broker(*options, "list", Patience::one_timeout, task);
    };
  });
}

}  // namespace fleetwatch::cli
