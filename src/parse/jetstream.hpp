// Answers of a NATS server that keeps messages (JetStream): streams, acknowledgements, stored messages.
//
// An answer that tells of an error is an answer: `error` is set and the rest is empty. Error of every function here:
// malformed (no JSON object, or without what makes it an answer of this kind).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace fleetwatch::parse {

struct JetStreamError {
  std::int64_t code = 0;      // as in HTTP
  std::int64_t err_code = 0;  // names the error
  std::string description;
};

inline constexpr std::int64_t kNoSuchStream = 10059;
inline constexpr std::int64_t kNoSuchMessage = 10037;
inline constexpr std::int64_t kWrongLastSequence = 10071;
inline constexpr std::int64_t kWrongLastSequenceOfReplica = 10164;  // newer servers, replicated streams

struct StreamReplica {
  std::string name;
  std::optional<bool> current;
  std::optional<bool> offline;
  std::optional<std::uint64_t> lag;  // messages behind the leader
};

struct StreamInfo {
  std::optional<JetStreamError> error;
  std::string name;
  std::string description;
  std::vector<std::string> subjects;  // that it takes, as patterns
  std::int64_t max_age_ns = 0;        // 0: for ever
  std::int64_t max_msgs_per_subject = 0;
  std::int64_t max_msg_bytes = -1;  // with headers; -1: the broker's limit
  bool deny_delete = false;         // single messages stay
  std::string storage;
  std::int64_t num_replicas = 1;
  bool allow_direct = false;
  std::string created;      // RFC 3339, with the server's zone
  std::string server_time;  // RFC 3339, when it answered; older servers do not tell
  std::uint64_t messages = 0;
  bool clustered = false;
  std::string leader;  // of the stream; empty: none
  std::vector<StreamReplica> replicas;
  std::vector<std::string> stored_subjects;  // one page, when they were asked for; at most limits::kListItems
  std::uint64_t all_stored_subjects = 0;     // on all pages
};
Result<StreamInfo> parse_stream_info(std::string_view json);

struct PublishAck {
  std::optional<JetStreamError> error;
  std::uint64_t sequence = 0;
};
Result<PublishAck> parse_publish_ack(std::string_view json);

struct PurgeAnswer {
  std::optional<JetStreamError> error;
  std::uint64_t purged = 0;  // messages
};
Result<PurgeAnswer> parse_purge_answer(std::string_view json);

using Headers = std::vector<std::pair<std::string, std::string>>;

// The header block of a message: "NATS/1.0 …", then one "Name: value" per line. Lines that are neither are left out.
Headers parse_headers(std::string_view block);

struct StoredMessage {
  std::optional<JetStreamError> error;
  std::string subject;
  std::uint64_t sequence = 0;
  std::string time;  // RFC 3339
  std::string payload;
  Headers headers;
};
// The answer to STREAM.MSG.GET. Error too: too_large (a payload or headers that take more than limits::kTextBytes).
Result<StoredMessage> parse_stored_message(std::string_view json);

struct StreamNames {
  std::optional<JetStreamError> error;
  std::vector<std::string> names;  // one page
  std::uint64_t total = 0;         // on all pages
};
Result<StreamNames> parse_stream_names(std::string_view json);

}  // namespace fleetwatch::parse
