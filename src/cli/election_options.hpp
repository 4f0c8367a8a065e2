// What the election commands share: flags, and the way to the bucket.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/broker_options.hpp"
#include "cli/command.hpp"
#include "cli/end_signals.hpp"
#include "service/campaign.hpp"
#include "service/election_bucket.hpp"

namespace fleetwatch::cli {

struct ElectionOptions {
  BrokerOptions broker;
  std::string bucket;      // empty: the reference's, or for `list` all
  std::string api_prefix;  // empty: that of the own account
  std::string election;
  bool json = false;
  bool watch = false;
  bool force = false;
  bool terminate = false;
  bool check = false;
  std::vector<std::string> command;
  std::string file;
  std::string name;  // of this candidate; empty: the identity
  std::chrono::milliseconds max_age{60'000};
};

using SharedElectionOptions = std::shared_ptr<ElectionOptions>;

// The commands below `election`, one file each.
void add_election_info(CLI::App& election, const SharedElectionOptions& options, Action& chosen);
void add_election_list(CLI::App& election, const SharedElectionOptions& options, Action& chosen);
void add_election_evict(CLI::App& election, const SharedElectionOptions& options, Action& chosen);
void add_election_run(CLI::App& election, const SharedElectionOptions& options, Action& chosen);
void add_election_file(CLI::App& election, const SharedElectionOptions& options, Action& chosen);

void add_bucket_option(CLI::App& command, ElectionOptions& options, const std::string& otherwise);

// Says what failed. Status 69 without an answer, 1 when the broker refuses or has no such bucket.
ExitStatus fail_at_broker(const Error& error);

// What a command does once a broker answered; the bus and the settings outlive it.
struct ElectionSession {
  outside::Bus& bus;
  const model::BrokerSettings& settings;
  boost::asio::io_context& loop;
  EndSignals* ends = nullptr;  // of tasks that have something to give back
};
using ElectionTask = std::function<boost::asio::awaitable<ExitStatus>(ElectionSession&)>;

// Checks the bucket's name, connects as "election <about> <identity>", and runs the task to its end.
ExitStatus run_at_broker(const ElectionOptions& options, const std::string& about, Patience patience,
                         const ElectionTask& task);
// The same for tasks that campaign: for ever, with `ends`. Until they act by those, a signal ends the command.
ExitStatus campaign_at_broker(const ElectionOptions& options, const ElectionTask& task);

// An answer that did not come, or a broker that was just started: later there may be a better one.
inline bool may_pass(const Error& error) {
  return error.kind == ErrorKind::timeout || error.kind == ErrorKind::unavailable;
}

service::ElectionBucketOptions bucket_options(const ElectionOptions& options);

// `election info --watch`: changes of leader as they happen, until a signal ends it.
boost::asio::awaitable<ExitStatus> watch_elections(ElectionSession& session, const ElectionOptions& options);

void add_name_option(CLI::App& command, ElectionOptions& options);

// Waits until the bucket can be read, campaigns until `stop` was called on the campaign, and gives the key back.
// `begun` is called once, before the first attempt. Errors: of the bucket, or a TTL that no election can be held with.
outside::Answer<bool> campaign(ElectionSession& session, const ElectionOptions& options, service::CampaignEvents events,
                               std::function<void(service::Campaign&)> begun);

// Whether a key fits the regular expression of a command line; without one all do. Error: usage.
Result<std::function<bool(const std::string& key)>> key_filter(const std::string& expression);

}  // namespace fleetwatch::cli
