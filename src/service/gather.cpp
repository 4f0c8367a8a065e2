#include "service/gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "parse/message_excerpt.hpp"

namespace fleetwatch::service {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using model::FailureReason;
using model::NodeResult;
using outside::AskFailure;
using outside::RawReport;

// Channels end by themselves at their deadline and then know best how far they came.
constexpr milliseconds kGrace{250};

// One gathering, shared by its workers.
struct Run {
  Run(const asio::any_io_executor& executor, std::vector<model::InventoryNode> nodes, GatherOptions given,
      Gatherer asking)
      : options(std::move(given)),
        gatherer(std::move(asking)),
        started(gatherer.clock.monotonic()),
        deadline(started + options.run_deadline),
        wake(executor, deadline + kGrace) {
    for (auto& node : nodes) results.emplace_back().node = std::move(node);
  }

  milliseconds::rep since(Steady::time_point from) const {
    return std::chrono::duration_cast<milliseconds>(gatherer.clock.monotonic() - from).count();
  }
  bool is_finished(const NodeResult& result) const { return result.report || result.failure; }

  void finished(const NodeResult& result) {
    ++done;
    if (!gatherer.progress) return;
    gatherer.progress({done, results.size(), &result.node, result.failure ? &*result.failure : nullptr});
  }

  GatherOptions options;
  Gatherer gatherer;
  Steady::time_point started;
  Deadline deadline;
  asio::steady_timer wake;  // cancelled when the last worker ends
  std::vector<NodeResult> results;
  std::size_t next = 0;
  std::size_t done = 0;
  std::size_t working = 0;
  std::exception_ptr bug;
};

void take_report(Run& run, RawReport raw, NodeResult& result) {
  auto report = run.gatherer.decode(raw.json);
  if (!report) {
    const auto text = fmt::format("could not parse the report: {}: {}", to_string(report.error()), raw.json);
    result.failure = model::Failure{FailureReason::bad_report, parse::message_excerpt(text)};
    return;
  }
  if (!report->hostname || report->hostname->empty()) report->hostname = result.node.host;
  report->public_ip = result.node.host;
  result.arrived_unix_ms = raw.arrived_unix_ms;
  result.round_trip_ms = std::max<std::int64_t>(0, raw.round_trip_ms - report->collect_ms.value_or(0));
  result.report = std::move(*report);
}

// A failure at the end of its time says how long that was; the reason alone would look like ssh's own timeout.
model::Failure timed(const Run& run, model::Failure failure, Steady::time_point from, int attempt) {
  const bool of_time = failure.reason == FailureReason::timeout || failure.reason == FailureReason::node_timeout;
  const auto waited = run.since(from);
  const auto given =
      std::min(run.options.per_node_timeout, std::chrono::duration_cast<milliseconds>(run.deadline - from));
  if (!of_time || milliseconds(waited) < given) return failure;
  failure.text = fmt::format("timed out after {:.3g} s (attempt {}): {}", static_cast<double>(given.count()) / 1000.0,
                             attempt, failure.text);
  return failure;
}

asio::awaitable<void> ask_node(std::shared_ptr<Run> run, NodeResult& result) {
  const auto started = run->gatherer.clock.monotonic();
  const auto deadline = std::min<Deadline>(started + run->options.per_node_timeout, run->deadline);
  const bool here = result.node.is_local() && run->gatherer.local != nullptr;
  auto& channel = here ? *run->gatherer.local : run->gatherer.remote;
  asio::steady_timer pause(co_await asio::this_coro::executor);
  while (true) {
    auto answer = co_await channel.ask(result.node, deadline);
    result.duration_ms = run->since(started);
    if (auto* raw = std::get_if<RawReport>(&answer)) {
      take_report(*run, std::move(*raw), result);
      co_return;
    }
    auto& failed = std::get<AskFailure>(answer);
    const auto again_at = run->gatherer.clock.monotonic() + run->options.retry_pause;
    if (!failed.connection_problem || result.retries >= run->options.max_retries || again_at >= deadline) {
      result.failure = timed(*run, std::move(failed.failure), started, result.retries + 1);
      co_return;
    }
    pause.expires_at(again_at);
    co_await pause.async_wait(asio::use_awaitable);
    ++result.retries;
  }
}

asio::awaitable<void> work(std::shared_ptr<Run> run) {
  while (run->next < run->results.size() && run->gatherer.clock.monotonic() < run->deadline) {
    auto& result = run->results[run->next++];
    co_await ask_node(run, result);
    run->finished(result);
  }
}

bool is_cancellation(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    return error.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

void start_worker(const std::shared_ptr<Run>& run, const asio::any_io_executor& executor,
                  asio::cancellation_signal& cancel) {
  ++run->working;
  auto ended = [run](const std::exception_ptr& thrown) {
    if (thrown && !is_cancellation(thrown)) run->bug = thrown;
    if (--run->working == 0) run->wake.cancel();
  };
  asio::co_spawn(executor, work(run), asio::bind_cancellation_slot(cancel.slot(), std::move(ended)));
}

void fill_unfinished(Run& run) {
  for (auto& result : run.results) {
    if (run.is_finished(result)) continue;
    result.failure = model::Failure{FailureReason::timeout, "given up when the time for all nodes was over"};
    run.finished(result);
  }
}

}  // namespace

asio::awaitable<model::Snapshot> gather(std::vector<model::InventoryNode> nodes, GatherOptions options,
                                        Gatherer gatherer) {
  // Cancelled or not, the workers are waited for: they refer to what the caller owns.
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto executor = co_await asio::this_coro::executor;
  const auto collected_at = gatherer.clock.unix_ms();
  const auto run = std::make_shared<Run>(executor, std::move(nodes), std::move(options), std::move(gatherer));
  std::deque<asio::cancellation_signal> cancels(
      std::min(std::max<std::size_t>(run->options.parallel, 1), run->results.size()));
  for (auto& cancel : cancels) start_worker(run, executor, cancel);
  error_code ignored;
  if (run->working > 0) co_await run->wake.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  for (auto& cancel : cancels) cancel.emit(asio::cancellation_type::terminal);
  while (run->working > 0) {
    run->wake.expires_at(Deadline::max());
    co_await run->wake.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  if (run->bug) std::rethrow_exception(run->bug);
  fill_unfinished(*run);
  model::Snapshot snapshot;
  snapshot.environment = run->options.environment;
  snapshot.collected_at_unix_ms = collected_at;
  snapshot.duration_ms = run->since(run->started);
  snapshot.nodes = std::move(run->results);
  snapshot.environment_size = run->options.environment_size;
  snapshot.filtered = run->options.filtered;
  co_return snapshot;
}

}  // namespace fleetwatch::service
