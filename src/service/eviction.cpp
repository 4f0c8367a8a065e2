#include "service/eviction.hpp"

#include <optional>
#include <utility>
#include <variant>

namespace fleetwatch::service {

namespace {

using choria::PutAnswer;

Error error_of(const PutAnswer& answer, const std::string& key) {
  const auto where = "election " + key;
  if (const auto* refused = std::get_if<choria::Refused>(&answer)) return {ErrorKind::denied, refused->reason, where};
  if (const auto* none = std::get_if<choria::NoAnswer>(&answer)) {
    return {ErrorKind::timeout, none->reason, where, "it may be evicted or not: look with `election info`"};
  }
  return {ErrorKind::unavailable, "the key changes faster than it can be written", where};
}

}  // namespace

outside::Answer<Eviction> evict(ElectionBucket& bucket, std::string key) {
  Eviction eviction;
  std::uint64_t marker = 0;
  PutAnswer answer = choria::WrongSequence{};
  // A leader that renews several times a second may be faster than our reading and writing.
  const auto until = Steady::now() + bucket.options().patience;
  do {
    auto reading = bucket.read(key);
    auto now = co_await std::move(reading);
    const bool unreadable = !now && now.error().kind == ErrorKind::denied;
    if (!now && !unreadable) co_return now.error();
    std::optional<std::uint64_t> over;  // nothing: whatever is there, as the reference does
    if (now && !*now) co_return eviction;
    if (now && (*now)->marker) {
      marker = (*now)->revision;
      break;
    }
    if (now) {
      eviction.leader = (*now)->holder;
      over = (*now)->revision;
    }
    eviction.had_leader = true;
    auto writing = bucket.put_marker(key, over);
    answer = co_await std::move(writing);
    if (const auto* stored = std::get_if<choria::Stored>(&answer)) marker = stored->sequence;
  } while (std::holds_alternative<choria::WrongSequence>(answer) && Steady::now() < until);
  if (marker == 0) co_return error_of(answer, key);
  auto purging = bucket.purge(key, marker + 1);
  auto purged = co_await std::move(purging);
  eviction.purged = purged.ok();
  if (!purged && bucket.may_be_imported()) {
    auto announcing = bucket.announce_marker(key, marker, false);
    eviction.announced = co_await std::move(announcing);
  }
  if (!purged) eviction.why_not = purged.error().what;
  co_return eviction;
}

}  // namespace fleetwatch::service
