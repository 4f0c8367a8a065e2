#include "service/collect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "base/rfc3339.hpp"
#include "base/text.hpp"
#include "probe/probes.hpp"

namespace fleetwatch::service {

namespace asio = boost::asio;

namespace {

// One report in the making. Probes hold it, so that one which outlives the report writes into memory that is still
// there.
struct Run {
  Run(outside::Machine& machine_, CollectOptions options_, Deadline deadline_, const asio::any_io_executor& executor)
      : machine(machine_),
        options(std::move(options_)),
        deadline(deadline_),
        shared(machine_, deadline_),
        all_done(executor, deadline_) {}

  outside::Machine& machine;
  CollectOptions options;
  Deadline deadline;
  probe::Shared shared;
  asio::steady_timer all_done;  // expires at the deadline, cancelled when the last probe is done
  model::NodeReport report;
  std::array<bool, probe::kProbes.size()> unfinished{};
};

bool wanted(const CollectOptions& options, std::string_view section) {
  const auto& names = options.sections;
  return names.empty() || std::find(names.begin(), names.end(), section) != names.end();
}

asio::awaitable<void> run_probe(std::shared_ptr<Run> run, std::size_t index, Deadline deadline) {
  const probe::ProbeRow& row = probe::kProbes[index];
  probe::Context context{row.section, run->machine, run->shared, run->options.probe, deadline, run->report};
  try {
    co_await row.probe(context);
  } catch (const std::exception& bug) {
    row.mark_crashed(run->report);
    context.note("", Error{ErrorKind::crashed, bug.what()});
  }
  run->unfinished[index] = false;
  if (std::none_of(run->unfinished.begin(), run->unfinished.end(), [](bool open) { return open; })) {
    run->all_done.cancel();
  }
}

// Sections first to last, so that the same troubles give the same bytes whichever probe was quicker.
void sort_errors(std::vector<std::string>& errors) {
  const auto rank = [](std::string_view entry) {
    const auto name = entry.substr(0, entry.find_first_of(".:"));
    return std::find(model::kSectionNames.begin(), model::kSectionNames.end(), name) - model::kSectionNames.begin();
  };
  std::stable_sort(errors.begin(), errors.end(), [&](const std::string& left, const std::string& right) {
    return rank(left) != rank(right) ? rank(left) < rank(right) : left < right;
  });
}

void finish(Run& run, Steady::time_point started) {
  auto& report = run.report;
  for (std::size_t i = 0; i < probe::kProbes.size(); ++i) {
    if (!run.unfinished[i]) continue;
    report.errors.push_back(fmt::format("{}: timeout: cut at the report's deadline", probe::kProbes[i].section));
  }
  sort_errors(report.errors);
  const auto* ages = run.options.ages;
  if (ages != nullptr && !ages->oldest_sec().empty()) report.ages_sec = ages->oldest_sec();
  if (report.wireguard) report.wireguard_ip = report.wireguard->wg_ip;
  const auto& clock = run.machine.clock;
  report.collect_ms = std::chrono::duration_cast<milliseconds>(clock.monotonic() - started).count();
  report.time_unix_ms = clock.unix_ms();
}

void begin(Run& run) {
  if (run.options.ages != nullptr) run.options.ages->forget();
  auto& report = run.report;
  report.timestamp = rfc3339(run.machine.clock.unix_ms());
  const auto hostname = run.machine.kernel_files.read("/proc/sys/kernel/hostname");
  if (hostname) report.hostname = std::string(trim(*hostname));
  report.version = run.options.version;
  report.collector = model::Collector{run.options.collector_name, run.options.version, true, {}};
  if (!run.options.sections.empty()) report.sections = run.options.sections;
}

}  // namespace

asio::awaitable<model::NodeReport> collect(outside::Machine& machine, CollectOptions options) {
  const auto executor = co_await asio::this_coro::executor;
  const auto started = machine.clock.monotonic();
  // Probes give up a little before the report does, so that what they know by then (for example: no answer) is in it.
  const auto grace = std::min(milliseconds{100}, options.timeout / 10);
  const auto deadline = started + options.timeout;
  const auto run = std::make_shared<Run>(machine, std::move(options), deadline, executor);
  begin(*run);
  for (std::size_t i = 0; i < probe::kProbes.size(); ++i) {
    run->unfinished[i] = wanted(run->options, probe::kProbes[i].section);
  }
  const auto unfinished = run->unfinished;  // a probe that ends at once must not end the wait for the ones not started
  for (std::size_t i = 0; i < probe::kProbes.size(); ++i) {
    if (!unfinished[i]) continue;
    const auto own_deadline = std::min(deadline - grace, started + probe::kProbes[i].limit);
    asio::co_spawn(executor, run_probe(run, i, own_deadline), asio::detached);
  }
  while (std::any_of(run->unfinished.begin(), run->unfinished.end(), [](bool open) { return open; }) &&
         Steady::now() < deadline) {
    boost::system::error_code woken;
    co_await run->all_done.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
  finish(*run, started);
  co_return run->report;
}

}  // namespace fleetwatch::service
