#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include "base/clock.hpp"
#include "base/terminal_text.hpp"
#include "cli/console.hpp"
#include "cli/election_options.hpp"
#include "codec/write.hpp"
#include "service/election_list.hpp"
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

// Nobody waits longer for all answers together, whatever a broker has; more only for one slow answer.
constexpr std::chrono::seconds kForEverything{30};

service::ElectionBucketOptions where_to_look(const ElectionOptions& options) {
  auto where = bucket_options(options);
  where.until = Steady::now() + std::max<milliseconds>(kForEverything, where.patience);
  return where;
}

// What is there and cannot be shown is said, and the command has not done all of its work.
ExitStatus status_of_unreadable(const std::vector<service::UnreadableKey>& keys) {
  for (const auto& key : keys) {
    say(fmt::format("fleetwatch: election {}: {}", terminal_safe(key.name), terminal_safe(key.problem.what)));
  }
  return keys.empty() ? ExitStatus::done : ExitStatus::failed;
}

// The tables are the reference's: what they do not tell is said beside them.
void warn_of_foreign(const service::ElectionLook& look) {
  for (const auto& key : look.keys) {
    if (!key.foreign) continue;
    say(fmt::format(
        "fleetwatch: election {} in bucket {}: {} was written into the key by a program that is no candidate: nobody "
        "may lead until the bucket forgets it",
        terminal_safe(key.name), terminal_safe(look.bucket.name), terminal_safe(key.holder)));
  }
}

ExitStatus worse(ExitStatus written, ExitStatus looked) { return written == ExitStatus::done ? looked : written; }

asio::awaitable<ExitStatus> show_info(ElectionSession& session, const ElectionOptions& options) {
  service::ElectionBucket bucket(session.bus, where_to_look(options));
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
  const auto other = [&](const auto& key) { return !(*wanted)(key.name); };
  std::erase_if(look->keys, other);
  std::erase_if(look->unreadable, other);
  warn_of_replicas(look->reads_any_replica);
  warn_of_foreign(*look);
  if (!options.json) {
    const auto text = view::election_bucket_text(look->bucket) + view::election_table_text(look->bucket, look->keys);
    const auto written = write_out(text);
    co_return worse(written, status_of_unreadable(look->unreadable));
  }
  auto info = view::election_info(look->bucket, look->keys, look->now_unix_ms);
  info.reads_any_replica = look->reads_any_replica;
  for (const auto& key : look->unreadable) {
    info.elections.push_back(view::unreadable_row(look->bucket.name, key.name, key.problem.what));
  }
  const auto written = write_out(codec::write_json(info, codec::Layout::indented) + "\n");
  co_return worse(written, look->unreadable.empty() ? ExitStatus::done : ExitStatus::failed);
}

// One bucket that was named, or the reference's where buckets may not be listed.
outside::Answer<service::ElectionList> list_one(ElectionSession& session, service::ElectionBucketOptions where,
                                                const Clock& clock) {
  service::ElectionBucket bucket(session.bus, std::move(where));
  auto looking = service::look_at(bucket, clock);
  auto look = co_await std::move(looking);
  if (!look) co_return look.error();
  service::ElectionList list;
  list.looks.push_back(std::move(*look));
  co_return list;
}

std::vector<model::ElectionRow> rows_of(const service::ElectionList& list) {
  std::vector<model::ElectionRow> rows;
  for (const auto& look : list.looks) {
    for (const auto& key : look.keys) rows.push_back(view::election_row(look.bucket, key, look.now_unix_ms));
    for (const auto& key : look.unreadable) {
      rows.push_back(view::unreadable_row(look.bucket.name, key.name, key.problem.what));
    }
  }
  for (const auto& bucket : list.unreadable) {
    rows.push_back(view::unreadable_row(bucket.name, "", bucket.problem.what));
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::tie(a.bucket, a.election) < std::tie(b.bucket, b.election);
  });
  return rows;
}

asio::awaitable<ExitStatus> show_list(ElectionSession& session, const ElectionOptions& options) {
  const SystemClock clock;
  const auto where = where_to_look(options);
  Result<service::ElectionList> list = Error{ErrorKind::denied, ""};
  if (options.bucket.empty()) {
    auto listing = service::list_elections(session.bus, where, clock);
    list = co_await std::move(listing);
  }
  // Who may not list streams may still look at the one that everybody uses.
  if (!list && list.error().kind == ErrorKind::denied) {
    auto looking = list_one(session, where, clock);
    list = co_await std::move(looking);
  }
  if (!list) co_return fail_at_broker(list.error());
  const auto rows = rows_of(*list);
  for (const auto& look : list->looks) warn_of_foreign(look);
  warn_of_replicas(
      std::any_of(list->looks.begin(), list->looks.end(), [](const auto& look) { return look.reads_any_replica; }));
  const auto text = options.json ? codec::write_json(rows, codec::Layout::indented) + "\n"
                                 : view::to_text(view::election_list(rows, terminal_columns()), wants_colour());
  const auto written = write_out(text);
  const bool all = std::none_of(rows.begin(), rows.end(), [](const auto& row) { return row.problem.has_value(); });
  co_return worse(written, all ? ExitStatus::done : ExitStatus::failed);
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
  add_bucket_option(*app, *options, "every bucket that is made for elections, as Choria's brokers make it");
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
