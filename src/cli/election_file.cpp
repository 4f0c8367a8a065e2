#include <fmt/format.h>

#include <utility>

#include "base/clock.hpp"
#include "base/rfc3339.hpp"
#include "cli/console.hpp"
#include "cli/election_options.hpp"
#include "io/user_file.hpp"
#include "parse/election_key.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

namespace {

// The file that is there while we lead. Lives until the process leaves.
class LeaderFile {
 public:
  explicit LeaderFile(std::string path) : path_(std::move(path)) {}

  void write() {
    const auto content = fmt::format(R"({{"count":{},"timestamp":"{}"}})", count_++, rfc3339_with_ms(clock_.unix_ms()));
    tell(io::write_user_file(path_, content, io::Readable::by_all));
  }
  void remove() {
    count_ = 0;
    tell(io::remove_user_file(path_));
  }

 private:
  // A disk that is full may have room again: the election goes on.
  static void tell(const Result<void>& done) {
    if (!done) fail(done.error(), WhenFull::drop);
  }

  std::string path_;
  std::uint64_t count_ = 0;
  SystemClock clock_;
};

asio::awaitable<ExitStatus> keep_file(ElectionSession& session, const ElectionOptions& options) {
  LeaderFile file(options.file);
  service::CampaignEvents events;
  events.won = [&file] { file.write(); };
  events.lost = [&file](const std::string& /*reason*/) { file.remove(); };
  events.campaigns = [&file](bool leads) { leads ? file.write() : file.remove(); };
  service::Campaign* running = nullptr;
  session.ends->act_by([&file, &running](EndSignal signal) {
    // Before the campaign there is nothing to give back.
    if (running != nullptr && !signal.impatient) return running->stop();
    file.remove();
    leave(ExitStatus::done);
  });
  const auto begun = [&running](service::Campaign& campaign) { running = &campaign; };
  auto campaigning = campaign(session, options, std::move(events), begun);
  const auto done = co_await std::move(campaigning);
  if (!done) co_return fail_at_broker(done.error());
  file.remove();
  co_return ExitStatus::done;
}

ExitStatus run(const ElectionOptions& options) {
  if (options.check) {
    const auto age = io::age_of_user_file(options.file);
    return age && *age <= options.max_age ? ExitStatus::done : ExitStatus::failed;
  }
  if (const auto legal = parse::check_election_key(options.election); !legal) return fail(legal.error());
  const auto task = [&options](ElectionSession& session) { return keep_file(session, options); };
  return campaign_at_broker(options, task);
}

}  // namespace

void add_election_file(CLI::App& election, const SharedElectionOptions& options, Action& chosen) {
  auto* app = election.add_subcommand("file", "Keep a file in existence while leading an election");
  app->add_option("FILE", options->file, "The file; its content says how often and when it was written")->required();
  app->add_option("NAME", options->election, "Name of the election");
  add_bucket_option(*app, *options, std::string(service::kElectionBucket));
  add_name_option(*app, *options);
  app->add_flag("--check", options->check, "Only look: status 0 when the file is there and fresh, else 1");
  add_duration(*app, "--max-age", options->max_age, "With --check: how old a fresh file may be");
  app->fallthrough();
  app->footer(
      "The file is written when the election is won and at each renewal, which is every 0.75 of the bucket's TTL.\n\n"
      "Examples:\n"
      "  fleetwatch election file /run/backup.leader backup\n"
      "  fleetwatch election file --check /run/backup.leader && backup");
  app->callback([options, &chosen] { chosen = [options] { return run(*options); }; });
}

}  // namespace fleetwatch::cli
