#include <fmt/format.h>

#include <random>
#include <utility>

#include "base/terminal_text.hpp"
#include "choria/backoff.hpp"
#include "cli/console.hpp"
#include "cli/election_options.hpp"
#include "service/pause.hpp"

namespace fleetwatch::cli {

using std::chrono::milliseconds;

namespace {

std::function<double()> random_numbers() {
  return [generator = std::mt19937(std::random_device{}())]() mutable {
    return std::uniform_real_distribution<double>(0, 1)(generator);
  };
}

// Nobody else's: not even of a candidate with the same name, or of this one before it was started again.
std::string random_run() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

// A broker that was just started has its buckets a little later.
outside::Answer<model::ElectionBucket> wait_for_bucket(service::ElectionBucket& bucket,
                                                       std::function<double()> random) {
  for (std::size_t failures = 1;; ++failures) {
    auto asking = bucket.info();
    auto info = co_await std::move(asking);
    if (info || !may_pass(info.error())) co_return info;
    if (failures == 1) {
      say("fleetwatch: " + terminal_safe(to_string(info.error())) + "; trying again", WhenFull::drop);
    }
    auto pausing = service::pause(choria::backoff(choria::kBackoff5s, failures, random()));
    co_await std::move(pausing);
  }
}

// What is to be done comes first: nobody may have to read words for a leader to stop leading.
service::CampaignEvents with_words(service::CampaignEvents events, const std::string& name,
                                   const std::string& election) {
  const auto who = terminal_safe(name);
  events.won = [won = std::move(events.won), text = fmt::format("fleetwatch: {} leads {}", who, election)] {
    won();
    say(text, WhenFull::drop);
  };
  events.lost = [lost = std::move(events.lost), who, election](const std::string& reason) {
    lost(reason);
    say(fmt::format("fleetwatch: {} does not lead {} any more: {}", who, election, terminal_safe(reason)),
        WhenFull::drop);
  };
  events.failed = [failed = std::move(events.failed), said = std::string()](const std::string& problem) mutable {
    failed(problem);
    if (std::exchange(said, problem) == problem) return;
    say("fleetwatch: " + terminal_safe(problem) + "; trying again", WhenFull::drop);
  };
  return events;
}

}  // namespace

void add_name_option(CLI::App& command, ElectionOptions& options) {
  command.add_option("--name", options.name, "Name of this candidate")->type_name("NAME")->default_str("the identity");
}

outside::Answer<bool> campaign(ElectionSession& session, const ElectionOptions& options, service::CampaignEvents events,
                               std::function<void(service::Campaign&)> begun) {
  service::ElectionBucket bucket(session.bus, bucket_options(options));
  const auto random = random_numbers();
  auto waiting = wait_for_bucket(bucket, random);
  const auto info = co_await std::move(waiting);
  if (!info) co_return info.error();
  service::CampaignSettings settings;
  settings.election = options.election;
  settings.name = options.name.empty() ? session.settings.identity : options.name;
  settings.run = random_run();
  settings.timing.ttl = std::chrono::duration_cast<milliseconds>(std::chrono::nanoseconds(info->ttl_ns));
  if (const auto usable = choria::check(settings.timing); !usable) {
    auto error = usable.error();
    error.where = "bucket " + bucket.options().bucket;
    co_return error;
  }
  auto told = with_words(std::move(events), settings.name, settings.election);
  const auto running =
      std::make_shared<service::Campaign>(session.bus, bucket, std::move(settings), std::move(told), random);
  begun(*running);
  auto campaigning = running->run();
  co_await std::move(campaigning);
  co_return true;
}

}  // namespace fleetwatch::cli
