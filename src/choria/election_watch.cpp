#include "choria/election_watch.hpp"

#include <algorithm>
#include <utility>

namespace fleetwatch::choria {

using model::ElectionChange;
using model::ElectionKey;

std::int64_t stalled_after_ms(std::optional<std::int64_t> usual_interval_ms, std::int64_t ttl_ms) {
  const auto usual = usual_interval_ms.value_or(ttl_ms * 3 / 4);
  const auto patient = 2 * usual + 1'000;  // one renewal may be late, and a busy broker slow
  // Rare renewals leave little time to the end: then a third of it.
  return ttl_ms > usual ? std::min(patient, usual + (ttl_ms - usual) / 3) : patient;
}

ElectionChange& ElectionWatch::tell(const char* change, const Known& known, std::int64_t time_unix_ms, const Now& now) {
  ElectionChange told;
  told.time_unix_ms = time_unix_ms;
  told.bucket = bucket_;
  told.election = known.key.name;
  told.change = change;
  if (!known.key.marker) told.leader = known.key.holder;
  told.revision = known.key.revision;
  if (known.key.written_unix_ms) {
    const auto age = std::max<std::int64_t>(0, now.unix_ms - *known.key.written_unix_ms);
    told.age_ms = age;
    if (now.ttl_ms > 0) told.time_left_ms = std::max<std::int64_t>(0, now.ttl_ms - age);
  }
  told.usual_interval_ms = known.interval_ms;
  return changes_.emplace_back(std::move(told));
}

void ElectionWatch::changed(Known& known, const ElectionKey& key, const Now& now) {
  const auto before = known.leader;
  if (!key.marker) known.leader = key.holder;
  const bool led_before = !known.key.marker && known.key.revision > 0;
  known.key = key;
  known.interval_ms.reset();
  known.stalled = false;
  const auto when = key.written_unix_ms.value_or(now.unix_ms);
  if (key.marker) {
    auto& told = tell(key.released ? "released" : "evicted", known, when, now);
    if (!before.empty()) told.previous = before;
    return;
  }
  const bool first = !looked_;
  const bool again = !first && before == key.holder && !led_before;
  const char* change = key.foreign ? "overwritten" : first ? "leads" : again ? "again" : "won";
  auto& told = tell(change, known, when, now);
  if (!first && !before.empty() && before != key.holder) told.previous = before;
}

void ElectionWatch::renewed(Known& known, const ElectionKey& key, const Now& now) {
  if (key.written_unix_ms && known.key.written_unix_ms) {
    const auto interval = *key.written_unix_ms - *known.key.written_unix_ms;
    // What it did while it was stalled is not what it usually does.
    if (!known.stalled) known.interval_ms = std::max(known.interval_ms.value_or(0), interval);
  }
  known.key = key;
  if (std::exchange(known.stalled, false)) tell("renews", known, key.written_unix_ms.value_or(now.unix_ms), now);
}

void ElectionWatch::unchanged(Known& known, const Now& now) {
  if (known.key.marker || known.stalled || !known.key.written_unix_ms) return;
  if (now.unix_ms - *known.key.written_unix_ms <= stalled_after_ms(known.interval_ms, now.ttl_ms)) return;
  known.stalled = true;
  tell("stalled", known, now.unix_ms, now);
}

void ElectionWatch::vanished(const Known& known, const Now& now) {
  if (!known.leader.empty()) last_leader_[known.key.name] = known.leader;
  if (known.key.marker) return;  // that nobody leads was told when it was written
  constexpr std::int64_t kSlackMs = 1'000;
  const auto end = known.key.written_unix_ms.value_or(now.unix_ms) + now.ttl_ms;
  const bool expired = now.ttl_ms > 0 && now.unix_ms + kSlackMs >= end;
  auto gone = known;
  gone.key.marker = true;  // nobody leads
  auto& told = tell(expired ? "expired" : "evicted", gone, expired ? std::min(end, now.unix_ms) : now.unix_ms, now);
  told.previous = known.leader;
  told.revision.reset();
  told.time_left_ms.reset();
}

std::vector<ElectionChange> ElectionWatch::look(const std::vector<ElectionKey>& keys, std::int64_t ttl_ms,
                                                std::int64_t now_unix_ms) {
  const Now now{ttl_ms, now_unix_ms};
  changes_.clear();
  std::map<std::string, Known> next;
  for (const auto& key : keys) {
    auto found = known_.find(key.name);
    Known known;
    const bool was_known = found != known_.end();
    if (was_known) {
      known = std::move(found->second);
      known_.erase(found);
    } else if (const auto last = last_leader_.find(key.name); last != last_leader_.end()) {
      known.leader = last->second;
    }
    if (was_known && known.key.revision == key.revision) {
      unchanged(known, now);
    } else if (was_known && !key.marker && !known.key.marker && known.key.holder == key.holder &&
               key.foreign == known.key.foreign) {
      renewed(known, key, now);
    } else if (!was_known || !key.marker || !known.key.marker) {
      changed(known, key, now);
    } else {
      known.key = key;
    }
    next.emplace(key.name, std::move(known));
  }
  for (const auto& [name, known] : known_) vanished(known, now);
  known_ = std::move(next);
  looked_ = true;
  std::stable_sort(changes_.begin(), changes_.end(),
                   [](const auto& a, const auto& b) { return a.time_unix_ms < b.time_unix_ms; });
  return std::exchange(changes_, {});
}

}  // namespace fleetwatch::choria
