#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "choria/election_watch.hpp"
#include "cli/console.hpp"
#include "cli/election_options.hpp"
#include "codec/write.hpp"
#include "service/pause.hpp"
#include "view/election.hpp"
#include "view/text.hpp"

namespace fleetwatch::cli {

namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

// Often enough to see that a renewal is late before the bucket forgets the key.
milliseconds between_looks(std::int64_t ttl_ms) {
  return milliseconds(std::clamp<std::int64_t>(ttl_ms / 20, 200, 1000));
}

// A write that looks like a change of leader is looked at at once, but not more often than this.
constexpr milliseconds kAtLeast{50};

// Whoever may subscribe sees writes of the key as they are made, stored or not: reason enough to look, no more.
bool looks_like_a_change(const outside::BusBatch& batch) {
  return std::any_of(batch.messages.begin(), batch.messages.end(), [](const outside::BusMessage& message) {
    const bool renewal =
        message.header(service::kOperation).empty() && message.header(service::kExpectedSequence) != "0";
    return !renewal;
  });
}

asio::awaitable<void> wait_for_change(outside::BusSubscription* writes, milliseconds most) {
  const auto until = Steady::now() + most;
  while (writes != nullptr && Steady::now() < until) {
    auto waiting = writes->next(until);
    const auto batch = co_await std::move(waiting);
    if (looks_like_a_change(batch)) break;
    if (!batch.notices.empty()) break;
  }
  const auto left = std::chrono::duration_cast<milliseconds>(until - Steady::now());
  auto pausing = service::pause(writes == nullptr ? left : kAtLeast);
  co_await std::move(pausing);
}

std::string text_of(const std::vector<model::ElectionChange>& changes, bool json) {
  std::string text;
  for (const auto& change : changes) {
    text += json ? codec::write_json(change, codec::Layout::compact) + "\n"
                 : view::to_text(view::election_change(change), wants_colour());
  }
  return text;
}

}  // namespace

asio::awaitable<ExitStatus> watch_elections(ElectionSession& session, const ElectionOptions& options) {
  const auto wanted = key_filter(options.election);
  if (!wanted) co_return fail(wanted.error());
  service::ElectionBucket bucket(session.bus, bucket_options(options));
  auto subscribed = session.bus.subscribe(bucket.subject_of(">"));
  choria::ElectionWatch watch(bucket.options().bucket);
  const SystemClock clock;
  std::string said;
  std::int64_t ttl_ms = 0;
  bool looked = false;
  while (true) {
    auto looking = service::look_at(bucket, clock);
    auto look = co_await std::move(looking);
    // A key whose answer did not come is not gone.
    if (look && !look->unreadable.empty()) {
      if (const auto& first = look->unreadable.front().problem; may_pass(first)) look = first;
    }
    if (!look) {
      // Later it is a broker that was just started and has not found its streams yet.
      const bool refused = look.error().kind == ErrorKind::not_found || look.error().kind == ErrorKind::denied;
      if (refused && !looked) co_return fail_at_broker(look.error());
      const auto problem = to_string(look.error());
      if (std::exchange(said, problem) != problem) fail(look.error());
    } else {
      looked = true;
      if (!std::exchange(said, {}).empty()) say("fleetwatch: the broker answers again");
      std::erase_if(look->keys, [&](const auto& key) { return !(*wanted)(key.name); });
      ttl_ms = look->bucket.ttl_ns / 1'000'000;
      const auto changes = watch.look(look->keys, ttl_ms, look->now_unix_ms);
      if (const auto ended = write_more(text_of(changes, options.json))) co_return *ended;
    }
    auto waiting = wait_for_change(subscribed ? subscribed->get() : nullptr, between_looks(ttl_ms));
    co_await std::move(waiting);
  }
}

}  // namespace fleetwatch::cli
