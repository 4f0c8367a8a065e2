#include "service/election_bucket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits.hpp"
#include "base/rfc3339.hpp"
#include "base/text.hpp"
#include "codec/json_writer.hpp"
#include "parse/election_key.hpp"
#include "parse/jetstream.hpp"
#include "service/pause.hpp"

namespace fleetwatch::service {

namespace {

namespace asio = boost::asio;
using choria::PutAnswer;
using outside::BusMessage;
using namespace std::chrono_literals;

constexpr int kNoResponders = 503;
constexpr int kNotFound = 404;
// As the reference: right after a restart of the broker nobody listens for a moment.
constexpr int kWriteAttempts = 3;
constexpr int kQuestions = 3;
constexpr milliseconds kWritePause{250};
constexpr std::size_t kValueBytes = 1024;

BusMessage question(std::string subject, std::string payload) {
  BusMessage message;
  message.subject = std::move(subject);
  message.payload = std::move(payload);
  return message;
}

Error error_of(const parse::JetStreamError& error, const std::string& where) {
  const auto text = error.description.substr(0, limits::kMessageBytes);
  if (error.err_code == parse::kNoSuchStream) return {ErrorKind::not_found, "there is no such bucket", where};
  if (error.code == 401 || error.code == 403) return {ErrorKind::denied, text, where};
  return {ErrorKind::unavailable, fmt::format("{} ({})", text, error.err_code), where};
}

bool is_marker(std::string_view operation) { return operation == "DEL" || operation == "PURGE"; }

std::string_view header_of(const parse::Headers& headers, std::string_view name) {
  const auto found =
      std::find_if(headers.begin(), headers.end(), [name](const auto& one) { return one.first == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

Result<std::optional<model::ElectionKey>> key_of(std::string name, parse::StoredMessage message) {
  if (message.payload.size() > kValueBytes) {
    return Error{ErrorKind::too_large, "its value is larger than the name of a leader may be", std::move(name)};
  }
  model::ElectionKey key;
  key.name = std::move(name);
  key.marker = is_marker(header_of(message.headers, kOperation));
  key.run = header_of(message.headers, kRunHeader).substr(0, limits::kMessageBytes);
  key.released = key.marker && !header_of(message.headers, kReleasedHeader).empty();
  key.foreign = !key.marker && header_of(message.headers, kExpectedSequence).empty();
  if (!key.marker) key.holder = std::move(message.payload);
  key.revision = message.sequence;
  key.written_unix_ms = parse_rfc3339_ms(message.time);
  return std::optional(std::move(key));
}

Result<parse::StoredMessage> stored_message_of(BusMessage answer) {
  const auto sequence = to_number<std::uint64_t>(answer.header("Nats-Sequence"));
  if (!sequence) return Error{ErrorKind::malformed, "a stored message without a sequence"};
  parse::StoredMessage message;
  message.sequence = *sequence;
  message.time = answer.header("Nats-Time-Stamp");
  for (auto& header : answer.headers) message.headers.emplace_back(header.name, header.value);
  message.payload = std::move(answer.payload);
  return message;
}

// {"key":"value"}; values may be anything that a server called a subject.
std::string object_of(std::string_view key, std::string_view value, std::string_view number_key = {},
                      std::uint64_t number = 0) {
  codec::JsonWriter json(codec::Layout::compact);
  json.begin_object();
  json.key(key);
  json.string(value);
  if (!number_key.empty()) {
    json.key(number_key);
    json.number(number);
  }
  json.end_object();
  return json.take();
}

model::ElectionBucket bucket_of(std::string name, parse::StreamInfo info) {
  model::ElectionBucket bucket;
  bucket.name = std::move(name);
  bucket.description = std::move(info.description);
  bucket.created = std::move(info.created);
  bucket.storage = std::move(info.storage);
  bucket.ttl_ns = info.max_age_ns;
  bucket.history = info.max_msgs_per_subject;
  bucket.max_msg_bytes = info.max_msg_bytes;
  bucket.deny_delete = info.deny_delete;
  bucket.replicas = info.num_replicas;
  bucket.allow_direct = info.allow_direct;
  bucket.messages = info.messages;
  bucket.clustered = info.clustered;
  bucket.leader = std::move(info.leader);
  for (auto& replica : info.replicas) {
    bucket.others.push_back({std::move(replica.name), replica.current.value_or(true), replica.offline.value_or(false),
                             replica.lag.value_or(0)});
  }
  bucket.server_unix_ms = parse_rfc3339_ms(info.server_time);
  return bucket;
}

PutAnswer put_answer_of(const BusMessage& answer) {
  if (answer.status == kNoResponders) return choria::Refused{"nobody takes writes: no such bucket, or not permitted"};
  const auto ack = parse::parse_publish_ack(answer.payload);
  if (!ack) return choria::NoAnswer{"an acknowledgement that cannot be read"};
  if (!ack->error) return choria::Stored{ack->sequence};
  const auto code = ack->error->err_code;
  if (code == parse::kWrongLastSequence || code == parse::kWrongLastSequenceOfReplica) return choria::WrongSequence{};
  return choria::Refused{fmt::format("{} ({})", ack->error->description.substr(0, limits::kMessageBytes), code)};
}

}  // namespace

ElectionBucket::ElectionBucket(outside::Bus& bus, ElectionBucketOptions options)
    : bus_(bus), options_(std::move(options)) {}

std::string ElectionBucket::subject_of(std::string_view key) const {
  return (may_be_imported() ? options_.api_prefix + "." : std::string()) + key_prefix() + std::string(key);
}

// A question about the stream; the payload of the answer. While a cluster has no leader for the stream questions get
// lost: it is asked again, which does no harm to any of these questions.
outside::Answer<std::string> ElectionBucket::ask(std::string what, std::string payload) {
  const auto asked = question(options_.api_prefix + "." + what + "." + stream(), std::move(payload));
  const auto begun = Steady::now();
  const auto patience = deadline() - begun;
  Result<BusMessage> answer = Error{ErrorKind::timeout, "no answer of the broker before the deadline"};
  for (int attempt = 1; attempt <= kQuestions && patience.count() > 0; ++attempt) {
    auto asking = bus_.request(asked, begun + patience * attempt / kQuestions);
    answer = co_await std::move(asking);
    if (answer || answer.error().kind != ErrorKind::timeout) break;
  }
  if (!answer) {
    auto error = answer.error();
    error.where = "bucket " + options_.bucket;
    co_return error;
  }
  if (answer->status == kNoResponders) {
    co_return Error{ErrorKind::denied, "the broker has no streams here, or does not permit it",
                    "bucket " + options_.bucket};
  }
  co_return std::move(answer->payload);
}

outside::Answer<model::ElectionBucket> ElectionBucket::info() {
  auto asking = ask("STREAM.INFO", "");
  auto answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  auto info = parse::parse_stream_info(*answer);
  if (!info) co_return info.error();
  if (info->error) co_return error_of(*info->error, "bucket " + options_.bucket);
  co_return bucket_of(options_.bucket, std::move(*info));
}

outside::Answer<std::vector<std::string>> ElectionBucket::stored_keys() {
  std::vector<std::string> keys;
  std::uint64_t seen = 0;
  while (keys.size() < limits::kListItems) {
    const auto filter = key_prefix() + ">";
    auto payload =
        seen == 0 ? object_of("subjects_filter", filter) : object_of("subjects_filter", filter, "offset", seen);
    auto asking = ask("STREAM.INFO", std::move(payload));
    auto answer = co_await std::move(asking);
    if (!answer) co_return answer.error();
    auto info = parse::parse_stream_info(*answer);
    if (!info) co_return info.error();
    if (info->error) co_return error_of(*info->error, "bucket " + options_.bucket);
    for (const auto& subject : info->stored_subjects) {
      if (subject.starts_with(key_prefix())) keys.push_back(subject.substr(key_prefix().size()));
    }
    seen += info->stored_subjects.size();
    if (info->stored_subjects.empty() || seen >= info->all_stored_subjects) break;
  }
  co_return keys;
}

outside::Answer<StoredKeys> ElectionBucket::keys() {
  direct_ = false;
  auto listing = stored_keys();
  auto names = co_await std::move(listing);
  if (!names) co_return names.error();
  StoredKeys keys;
  for (const auto& name : *names) {
    auto reading = read(name);
    auto key = co_await std::move(reading);
    if (!key) {
      const bool of_the_broker = key.error().kind == ErrorKind::timeout && keys.readable.empty();
      if (of_the_broker || key.error().kind == ErrorKind::denied) co_return key.error();
      keys.unreadable.push_back({name, key.error()});
    } else if (*key) {
      keys.readable.push_back(std::move(**key));
    }
  }
  std::sort(keys.readable.begin(), keys.readable.end(),
            [](const auto& a, const auto& b) { return a.revision < b.revision; });
  co_return keys;
}

outside::Answer<std::optional<model::ElectionKey>> ElectionBucket::read(std::string key) {
  auto reading = read_leader(key);
  auto newest = co_await std::move(reading);
  if (newest || newest.error().kind != ErrorKind::denied) co_return newest;
  auto reading_directly = read_directly(std::move(key));
  auto answer = co_await std::move(reading_directly);
  if (answer) direct_ = true;
  co_return answer;
}

outside::Answer<std::optional<model::ElectionKey>> ElectionBucket::read_leader(std::string key) {
  auto asking = ask("STREAM.MSG.GET", object_of("last_by_subj", key_prefix() + key));
  auto answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  auto message = parse::parse_stored_message(*answer);
  if (!message) co_return message.error();
  if (message->error && message->error->err_code == parse::kNoSuchMessage)
    co_return std::optional<model::ElectionKey>();
  if (message->error) co_return error_of(*message->error, "bucket " + options_.bucket);
  co_return key_of(std::move(key), std::move(*message));
}

outside::Answer<std::optional<model::ElectionKey>> ElectionBucket::read_directly(std::string key) {
  // Here the key is part of a subject.
  if (!parse::check_election_key(key)) co_return std::optional<model::ElectionKey>();
  auto asked = question(options_.api_prefix + ".DIRECT.GET." + stream() + "." + key_prefix() + key, "");
  auto asking = bus_.request(std::move(asked), deadline());
  auto answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  if (answer->status == kNotFound) co_return std::optional<model::ElectionKey>();
  if (answer->status != 0)
    co_return Error{ErrorKind::denied, "the broker does not permit reading it", "election " + key};
  auto message = stored_message_of(std::move(*answer));
  if (!message) co_return message.error();
  co_return key_of(std::move(key), std::move(*message));
}

// A write without a connection waits for the next one. `sent` counts how often it may have reached the broker: the
// connection may have broken before or after that.
outside::Answer<BusMessage> ElectionBucket::ask_when_connected(BusMessage message, Deadline until, int& sent) {
  while (true) {
    ++sent;
    auto asking = bus_.request(message, until);
    auto answer = co_await std::move(asking);
    const bool in_time = Steady::now() + kWritePause < until;
    if (answer || answer.error().kind != ErrorKind::unavailable || !in_time) co_return answer;
    auto pausing = pause(kWritePause);
    co_await std::move(pausing);
  }
}

asio::awaitable<PutAnswer> ElectionBucket::write(BusMessage message) {
  const auto until = deadline();
  PutAnswer result = choria::NoAnswer{"no answer"};
  int sent = 0;
  for (int attempt = 1; attempt <= kWriteAttempts; ++attempt) {
    auto asking = ask_when_connected(message, until, sent);
    auto answer = co_await std::move(asking);
    if (!answer) co_return choria::NoAnswer{answer.error().what};
    result = put_answer_of(*answer);
    if (answer->status != kNoResponders) break;
    if (attempt < kWriteAttempts) co_await pause(kWritePause);
  }
  if (auto* wrong = std::get_if<choria::WrongSequence>(&result)) wrong->resent = sent > 1;
  co_return result;
}

asio::awaitable<PutAnswer> ElectionBucket::put(std::string key, std::string value, std::uint64_t expected_sequence,
                                               std::string run) {
  auto message = question(subject_of(key), std::move(value));
  message.headers.push_back({std::string(kExpectedSequence), std::to_string(expected_sequence)});
  if (!run.empty()) message.headers.push_back({std::string(kRunHeader), std::move(run)});
  auto writing = write(std::move(message));
  co_return co_await std::move(writing);
}

asio::awaitable<PutAnswer> ElectionBucket::put_marker(std::string key, std::optional<std::uint64_t> expected_sequence) {
  auto message = question(subject_of(key), "");
  message.headers.push_back({std::string(kOperation), "DEL"});
  if (expected_sequence)
    message.headers.push_back({std::string(kExpectedSequence), std::to_string(*expected_sequence)});
  auto writing = write(std::move(message));
  co_return co_await std::move(writing);
}

asio::awaitable<PutAnswer> ElectionBucket::release(std::string key, std::uint64_t expected_sequence) {
  auto message = question(subject_of(key), "");
  message.headers.push_back({std::string(kOperation), "DEL"});
  message.headers.push_back({std::string(kReleasedHeader), "true"});
  message.headers.push_back({std::string(kExpectedSequence), std::to_string(expected_sequence)});
  auto writing = write(std::move(message));
  const auto answer = co_await std::move(writing);
  if (const auto* stored = std::get_if<choria::Stored>(&answer); stored != nullptr && may_be_imported()) {
    auto announcing = announce_marker(std::move(key), stored->sequence, true);
    co_await std::move(announcing);
  }
  co_return answer;
}

asio::awaitable<bool> ElectionBucket::announce_marker(std::string key, std::uint64_t sequence, bool released) {
  auto message = question(subject_of(key), "");
  message.headers.push_back({std::string(kOperation), "DEL"});
  if (released) message.headers.push_back({std::string(kReleasedHeader), "true"});
  message.headers.push_back({std::string(kMarkerHeader), std::to_string(sequence)});
  // The newest write is never again as old as that.
  message.headers.push_back({std::string(kExpectedSequence), std::to_string(sequence - 1)});
  auto asking = bus_.request(std::move(message), deadline());
  const auto refused = co_await std::move(asking);
  co_return refused && refused->status != kNoResponders;
}

outside::Answer<std::uint64_t> ElectionBucket::purge(std::string key, std::uint64_t below_sequence) {
  auto asking = ask("STREAM.PURGE", object_of("filter", key_prefix() + key, "seq", below_sequence));
  auto answer = co_await std::move(asking);
  if (!answer) co_return answer.error();
  auto purged = parse::parse_purge_answer(*answer);
  if (!purged) co_return purged.error();
  if (purged->error) co_return error_of(*purged->error, "bucket " + options_.bucket);
  co_return purged->purged;
}

outside::Answer<ElectionLook> look_at(ElectionBucket& bucket, const Clock& clock) {
  auto asking = bucket.info();
  auto info = co_await std::move(asking);
  if (!info) co_return info.error();
  const auto asked = clock.monotonic();
  const auto asked_unix_ms = clock.unix_ms();
  auto reading = bucket.keys();
  auto keys = co_await std::move(reading);
  if (!keys) co_return keys.error();
  ElectionLook look;
  const auto since = std::chrono::duration_cast<milliseconds>(clock.monotonic() - asked).count();
  look.now_unix_ms = info->server_unix_ms.value_or(asked_unix_ms) + since;
  look.bucket = std::move(*info);
  look.keys = std::move(keys->readable);
  look.unreadable = std::move(keys->unreadable);
  look.reads_any_replica = bucket.reads_any_replica();
  co_return look;
}

}  // namespace fleetwatch::service
