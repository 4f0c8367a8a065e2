#include "service/election_list.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/limits.hpp"
#include "codec/json_writer.hpp"
#include "parse/election_key.hpp"
#include "parse/jetstream.hpp"

namespace fleetwatch::service {

namespace {

constexpr int kNoResponders = 503;
constexpr std::int64_t kLongestTtlNs = 3'600'000'000'000;
constexpr std::int64_t kNameBytes = 1024;
constexpr std::string_view kDescription = "Choria Leader Election Bucket";
constexpr std::string_view kStreamPrefix = "KV_";

outside::BusMessage question(const std::string& api_prefix, std::size_t offset) {
  codec::JsonWriter json(codec::Layout::compact);
  json.begin_object();
  json.key("subject");
  json.string("$KV.*.>");
  if (offset > 0) {
    json.key("offset");
    json.number(offset);
  }
  json.end_object();
  outside::BusMessage message;
  message.subject = api_prefix + ".STREAM.NAMES";
  message.payload = json.take();
  return message;
}

outside::Answer<parse::StreamNames> stream_names(outside::Bus& bus, const ElectionBucketOptions& where,
                                                 std::size_t offset) {
  const auto until = std::min(Steady::now() + where.patience, where.until);
  auto asking = bus.request(question(where.api_prefix, offset), until);
  auto answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  if (answer->status == kNoResponders) {
    co_return Error{ErrorKind::denied,
                    "the broker has no streams here, or does not permit listing them",
                    {},
                    "name the bucket with --bucket"};
  }
  auto names = parse::parse_stream_names(answer->payload);
  if (!names) co_return names.error();
  if (names->error) {
    const auto text = names->error->description.substr(0, limits::kMessageBytes);
    co_return Error{ErrorKind::unavailable, text, "list of streams"};
  }
  co_return names;
}

// Of all streams that keep a key-value bucket, page by page.
outside::Answer<std::vector<std::string>> bucket_names(outside::Bus& bus, const ElectionBucketOptions& where) {
  std::vector<std::string> buckets;
  for (std::size_t seen = 0; seen < limits::kListItems;) {
    auto asking = stream_names(bus, where, seen);
    const auto page = co_await std::move(asking);
    if (!page) co_return page.error();
    for (const auto& name : page->names) {
      if (!name.starts_with(kStreamPrefix)) continue;
      auto bucket = name.substr(kStreamPrefix.size());
      if (parse::check_bucket_name(bucket)) buckets.push_back(std::move(bucket));
    }
    seen += page->names.size();
    if (page->names.empty() || seen >= page->total) break;
  }
  co_return buckets;
}

// Nothing: it holds no elections.
outside::Answer<std::optional<ElectionLook>> look_for_elections(ElectionBucket& bucket, const Clock& clock) {
  auto asking = bucket.info();
  const auto info = co_await std::move(asking);
  if (!info) co_return info.error();
  if (!is_made_for_elections(*info)) co_return std::optional<ElectionLook>();
  auto looking = look_at(bucket, clock);
  auto look = co_await std::move(looking);
  if (!look) co_return look.error();
  co_return std::optional(std::move(*look));
}

}  // namespace

bool is_made_for_elections(const model::ElectionBucket& bucket) {
  if (bucket.name == kElectionBucket || bucket.description == kDescription) return true;
  const bool forgets = bucket.history == 1 && bucket.ttl_ns > 0 && bucket.ttl_ns <= kLongestTtlNs;
  const bool small = bucket.max_msg_bytes >= 1 && bucket.max_msg_bytes <= kNameBytes;
  return forgets && small && bucket.deny_delete;
}

outside::Answer<ElectionList> list_elections(outside::Bus& bus, ElectionBucketOptions where, const Clock& clock) {
  auto naming = bucket_names(bus, where);
  const auto names = co_await std::move(naming);
  if (!names) co_return names.error();
  ElectionList list;
  for (const auto& name : *names) {
    where.bucket = name;
    ElectionBucket bucket(bus, where);
    auto looking = look_for_elections(bucket, clock);
    auto look = co_await std::move(looking);
    if (!look) {
      list.unreadable.push_back({name, look.error()});
    } else if (*look) {
      list.looks.push_back(std::move(**look));
    }
  }
  co_return list;
}

}  // namespace fleetwatch::service
