#include "cli/election_options.hpp"

#include <boost/asio/co_spawn.hpp>
#include <optional>
#include <regex>
#include <utility>

#include "cli/console.hpp"
#include "cli/lasting_loop.hpp"
#include "cli/stop_signal.hpp"
#include "parse/election_key.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;

void add_bucket_option(CLI::App& command, ElectionOptions& options, const std::string& otherwise) {
  command.add_option("--bucket", options.bucket, "Key-value bucket of the elections")
      ->type_name("NAME")
      ->default_str(otherwise);
}

ExitStatus fail_at_broker(const Error& error) {
  const auto status = fail(error);
  if (error.kind == ErrorKind::timeout) return ExitStatus::unavailable;
  const bool refused = error.kind == ErrorKind::not_found || error.kind == ErrorKind::denied;
  return refused ? ExitStatus::failed : status;
}

service::ElectionBucketOptions bucket_options(const ElectionOptions& options) {
  service::ElectionBucketOptions made;
  if (!options.bucket.empty()) made.bucket = options.bucket;
  if (!options.api_prefix.empty()) made.api_prefix = options.api_prefix;
  made.patience = options.broker.timeout;
  return made;
}

namespace {

// `prepare` is called before any other thread begins.
ExitStatus run_connected(const ElectionOptions& options, const std::string& about, Patience patience,
                         const std::function<EndSignals*(asio::io_context&)>& prepare, const ElectionTask& task) {
  if (const auto legal = parse::check_bucket_name(bucket_options(options).bucket); !legal) return fail(legal.error());
  auto& loop = lasting_loop();
  auto* ends = prepare(loop);
  auto settings = broker_settings(options.broker);  // may look up names, on threads that stay
  if (!settings) return fail(settings.error());
  settings->connection_name = "election " + about + " " + settings->identity;
  const auto connected = connect_bus(*settings, options.broker, patience, loop);
  if (!connected) return fail(connected.error());
  ElectionSession session{*connected->bus, *settings, loop, ends};
  std::optional<ExitStatus> status;
  const auto keep = [&session, &status](const ElectionTask& run) -> asio::awaitable<void> {
    auto running = run(session);
    status = co_await std::move(running);
  };
  asio::co_spawn(loop, keep(task), [](const std::exception_ptr& bug) {
    if (bug) std::rethrow_exception(bug);
  });
  while (!status && loop.run_one() > 0) {
  }
  return status.value_or(ExitStatus::bug);
}

}  // namespace

ExitStatus run_at_broker(const ElectionOptions& options, const std::string& about, Patience patience,
                         const ElectionTask& task) {
  const auto prepare = [&options](asio::io_context& loop) -> EndSignals* {
    if (options.watch) on_stop_signal(loop, [] { leave(ExitStatus::done); });
    return nullptr;
  };
  return run_connected(options, about, patience, prepare, task);
}

ExitStatus campaign_at_broker(const ElectionOptions& options, const ElectionTask& task) {
  std::optional<EndSignals> ends;
  const auto prepare = [&ends](asio::io_context& loop) { return &ends.emplace(loop); };
  return run_connected(options, options.election, Patience::for_ever, prepare, task);
}

Result<std::function<bool(const std::string& key)>> key_filter(const std::string& expression) {
  using Filter = std::function<bool(const std::string& key)>;
  if (expression.empty()) return Filter([](const std::string& /*key*/) { return true; });
  try {
    std::regex wanted(expression);
    return Filter([wanted = std::move(wanted)](const std::string& key) { return std::regex_search(key, wanted); });
  } catch (const std::regex_error& problem) {
    return Error{ErrorKind::usage, std::string("no regular expression: ") + problem.what(), expression};
  }
}

}  // namespace fleetwatch::cli
