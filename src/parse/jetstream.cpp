#include "parse/jetstream.hpp"

#include "base/text.hpp"
#include "parse/base64.hpp"
#include "parse/json_access.hpp"

namespace fleetwatch::parse {

namespace {

Error malformed(std::string what) { return {ErrorKind::malformed, std::move(what)}; }

std::optional<JetStreamError> error_in(const Json& root) {
  const auto error = root.at("error");
  if (!error.is_object()) return std::nullopt;
  JetStreamError found;
  found.code = error.at("code").integer().value_or(0);
  found.err_code = error.at("err_code").integer().value_or(0);
  found.description = error.at("description").text().value_or("");
  return found;
}

// Base64 of a stored message; empty when there is none.
Result<std::string> bytes_at(const Json& message, std::string_view key) {
  const auto value = message.at(key);
  if (!value.has_text()) return std::string();
  const auto text = value.text();
  if (!text) return Error{ErrorKind::too_large, "a stored message larger than any of an election"};
  auto bytes = decode_base64(*text);
  if (!bytes) return malformed("a stored message that is no base64");
  return std::move(*bytes);
}

void take_config(const Json& config, StreamInfo& info) {
  info.description = config.at("description").text().value_or("");
  for (const auto& subject : config.at("subjects").items()) {
    if (auto text = subject.text()) info.subjects.push_back(std::move(*text));
  }
  info.max_age_ns = config.at("max_age").integer().value_or(0);
  info.max_msgs_per_subject = config.at("max_msgs_per_subject").integer().value_or(0);
  info.max_msg_bytes = config.at("max_msg_size").integer().value_or(-1);
  info.deny_delete = config.at("deny_delete").boolean().value_or(false);
  info.storage = config.at("storage").text().value_or("");
  info.num_replicas = config.at("num_replicas").integer().value_or(1);
  info.allow_direct = config.at("allow_direct").boolean().value_or(false);
}

void take_cluster(const Json& cluster, StreamInfo& info) {
  info.clustered = cluster.is_object();
  info.leader = cluster.at("leader").text().value_or("");
  for (const auto& one : cluster.at("replicas").items()) {
    StreamReplica replica;
    replica.name = one.at("name").text().value_or("");
    replica.current = one.at("current").boolean();
    replica.offline = one.at("offline").boolean();
    replica.lag = one.at("lag").unsigned_integer();
    info.replicas.push_back(std::move(replica));
  }
}

}  // namespace

Result<StreamInfo> parse_stream_info(std::string_view json) {
  JsonReader reader;
  const auto root = reader.read_object(json);
  if (!root) return root.error();
  StreamInfo info;
  info.error = error_in(*root);
  if (info.error) return info;
  const auto config = root->at("config");
  auto name = config.at("name").text();
  if (!name) return malformed("information about a stream without its name");
  info.name = std::move(*name);
  take_config(config, info);
  info.created = root->at("created").text().value_or("");
  info.server_time = root->at("ts").text().value_or("");
  const auto state = root->at("state");
  info.messages = state.at("messages").unsigned_integer().value_or(0);
  take_cluster(root->at("cluster"), info);
  for (const auto& [subject, count] : state.at("subjects").members()) info.stored_subjects.emplace_back(subject);
  info.all_stored_subjects = root->at("total").unsigned_integer().value_or(0);
  return info;
}

Result<PublishAck> parse_publish_ack(std::string_view json) {
  JsonReader reader;
  const auto root = reader.read_object(json);
  if (!root) return root.error();
  PublishAck ack;
  ack.error = error_in(*root);
  if (ack.error) return ack;
  const auto sequence = root->at("seq").unsigned_integer();
  if (!sequence || *sequence == 0) return malformed("an acknowledgement without a sequence");
  ack.sequence = *sequence;
  return ack;
}

Result<PurgeAnswer> parse_purge_answer(std::string_view json) {
  JsonReader reader;
  const auto root = reader.read_object(json);
  if (!root) return root.error();
  PurgeAnswer answer;
  answer.error = error_in(*root);
  if (answer.error) return answer;
  if (!root->at("success").boolean().value_or(false)) return malformed("a purge that is neither done nor refused");
  answer.purged = root->at("purged").unsigned_integer().value_or(0);
  return answer;
}

Headers parse_headers(std::string_view block) {
  Headers headers;
  bool first = true;
  for (const auto line : lines(block)) {
    const auto colon = line.find(':');
    if (!first && colon != std::string_view::npos && colon > 0) {
      headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    }
    first = false;
  }
  return headers;
}

Result<StoredMessage> parse_stored_message(std::string_view json) {
  JsonReader reader;
  const auto root = reader.read_object(json);
  if (!root) return root.error();
  StoredMessage stored;
  stored.error = error_in(*root);
  if (stored.error) return stored;
  const auto message = root->at("message");
  const auto sequence = message.at("seq").unsigned_integer();
  if (!sequence) return malformed("a stored message without a sequence");
  stored.sequence = *sequence;
  stored.subject = message.at("subject").text().value_or("");
  stored.time = message.at("time").text().value_or("");
  auto payload = bytes_at(message, "data");
  if (!payload) return payload.error();
  stored.payload = std::move(*payload);
  const auto headers = bytes_at(message, "hdrs");
  if (!headers) return headers.error();
  stored.headers = parse_headers(*headers);
  return stored;
}

Result<StreamNames> parse_stream_names(std::string_view json) {
  JsonReader reader;
  const auto root = reader.read_object(json);
  if (!root) return root.error();
  StreamNames names;
  names.error = error_in(*root);
  if (names.error) return names;
  for (const auto& one : root->at("streams").items()) {
    if (auto name = one.text()) names.names.push_back(std::move(*name));
  }
  names.total = root->at("total").unsigned_integer().value_or(0);
  return names;
}

}  // namespace fleetwatch::parse
