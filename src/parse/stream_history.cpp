#include "parse/stream_history.hpp"

#include <utility>

#include "base/rfc3339.hpp"
#include "base/text.hpp"
#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

constexpr std::int64_t kNotFound = 404;

// The answer without an error in it.
Result<Json> read_answer(JsonReader& reader, std::string_view json) {
  auto root = reader.read_object(json);
  if (!root) return root;
  const auto error = root->at("error");
  if (!error.exists()) return root;
  const auto kind = error.at("code").integer() == kNotFound ? ErrorKind::not_found : ErrorKind::unavailable;
  return Error{kind, error.at("description").text().value_or("an error without a description")};
}

std::optional<std::int64_t> complete_since(const Json& root, std::uint64_t messages, std::uint64_t last) {
  const auto state = root.at("state");
  if (state.at("num_deleted").unsigned_integer().value_or(0) > 0) return std::nullopt;
  const auto first = state.at("first_seq").unsigned_integer();
  const bool nothing_removed = last == 0 || (messages > 0 && first && *first <= 1);
  const auto when = nothing_removed ? root.at("created") : state.at(messages > 0 ? "first_ts" : "last_ts");
  const auto text = when.text();
  return text ? parse_rfc3339_ms(*text) : std::nullopt;
}

}  // namespace

Result<StreamEnd> parse_stream_end(std::string_view json) {
  JsonReader reader;
  const auto root = read_answer(reader, json);
  if (!root) return root.error();
  const auto messages = root.value().at({"state", "messages"}).unsigned_integer();
  const auto last = root.value().at({"state", "last_seq"}).unsigned_integer();
  if (!messages || !last) return Error{ErrorKind::malformed, "the state of the stream is missing"};
  return StreamEnd{*messages, *last, complete_since(*root, *messages, *last)};
}

Result<StreamConsumer> parse_stream_consumer(std::string_view json) {
  JsonReader reader;
  const auto root = read_answer(reader, json);
  if (!root) return root.error();
  auto name = root.value().at("name").text();
  const auto pending = root.value().at("num_pending").unsigned_integer();
  if (!name || !pending) return Error{ErrorKind::malformed, "not the description of a consumer"};
  return StreamConsumer{std::move(*name), *pending};
}

std::optional<Delivery> parse_delivery(std::string_view reply_subject) {
  constexpr std::size_t kWords = 9;
  constexpr std::size_t kMoreWords = 2;  // of newer servers
  constexpr std::size_t kFirstNumber = 5;
  constexpr std::int64_t kNanosecondsPerMs = 1'000'000;
  const auto parts = split(reply_subject, '.');
  if (parts.size() < kWords || parts[0] != "$JS" || parts[1] != "ACK") return std::nullopt;
  const std::size_t first = kFirstNumber + (parts.size() == kWords ? 0 : kMoreWords);
  if (parts.size() < first + 4) return std::nullopt;
  const auto stream_sequence = to_number<std::uint64_t>(parts[first]);
  const auto consumer_sequence = to_number<std::uint64_t>(parts[first + 1]);
  const auto time_ns = to_number<std::int64_t>(parts[first + 2]);
  const auto pending = to_number<std::uint64_t>(parts[first + 3]);
  if (!stream_sequence || !consumer_sequence || !time_ns || !pending) return std::nullopt;
  return Delivery{*stream_sequence, *consumer_sequence, *time_ns / kNanosecondsPerMs, *pending};
}

}  // namespace fleetwatch::parse
