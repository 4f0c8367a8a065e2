#include "service/stream_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/rfc3339.hpp"
#include "codec/json_writer.hpp"

namespace fleetwatch::service {

namespace {

constexpr int kNoResponders = 503;
constexpr int kControl = 100;  // status of messages that hold nothing: heartbeats and flow control
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;

// Asks the part of the broker that keeps streams.
outside::Answer<std::string> ask_streams(outside::Bus& bus, std::string what, std::string payload, Deadline deadline) {
  outside::BusMessage question;
  question.subject = "$JS.API." + what;
  question.payload = std::move(payload);
  auto answer = co_await bus.request(std::move(question), deadline);
  if (!answer) co_return answer.error();
  if (answer->status == kNoResponders) {
    const auto why = answer->header("Description");
    co_return Error{ErrorKind::unavailable,
                    why.empty() ? "the broker keeps no streams, or we may not ask for them" : std::string(why)};
  }
  co_return std::move(answer->payload);
}

// A consumer that pushes everything at once to our subject and is forgotten by the broker when we are gone. Flow
// control keeps the broker from sending more than we have taken.
std::string consumer_description(const HistoryRequest& request, const std::string& inbox) {
  codec::JsonWriter out(codec::Layout::compact);
  const auto member = [&out](std::string_view key, std::string_view text) {
    out.key(key);
    out.string(text);
  };
  out.begin_object();
  member("stream_name", request.stream);
  out.key("config");
  out.begin_object();
  if (request.first_sequence != 0) {
    member("deliver_policy", "by_start_sequence");
    out.key("opt_start_seq");
    out.number(request.first_sequence);
  } else {
    member("deliver_policy", "by_start_time");
    member("opt_start_time", rfc3339(request.since_unix_ms));
  }
  member("deliver_subject", inbox);
  member("ack_policy", "none");
  member("replay_policy", "instant");
  member("filter_subject", request.subject);
  out.key("flow_control");
  out.boolean(true);
  out.key("idle_heartbeat");
  out.number(kNanosecondsPerSecond);
  out.end_object();
  out.end_object();
  return out.take();
}

class HistoryReader {
 public:
  HistoryReader(const HistoryRequest& request, std::uint64_t pending) : request_(request), pending_(pending) {}

  bool finished() const { return finished_ || taken_ >= pending_; }
  HistoryRead result() const { return {given_, lost_}; }

  // The messages of a batch that belong to the answer. `controls` are subjects that want a sign of us.
  std::vector<StoredMessage> take(outside::BusBatch& batch, std::vector<std::string>& controls) {
    std::vector<StoredMessage> found;
    found.reserve(batch.messages.size());
    for (auto& message : batch.messages) {
      if (message.status == kControl) {
        const auto stalled = message.header("Nats-Consumer-Stalled");
        if (!message.reply.empty()) controls.push_back(message.reply);
        if (!stalled.empty()) controls.emplace_back(stalled);
        continue;
      }
      const auto delivery = parse::parse_delivery(message.reply);
      if (!delivery || finished()) continue;
      // The broker counts what it sends us: a number that is left out was lost.
      lost_ += delivery->consumer_sequence > taken_ + 1 ? delivery->consumer_sequence - taken_ - 1 : 0;
      taken_ = std::max(taken_, delivery->consumer_sequence);
      if (delivery->stream_sequence >= request_.last_sequence) finished_ = true;
      if (delivery->stream_sequence > request_.last_sequence || delivery->stored_unix_ms < request_.since_unix_ms)
        continue;
      message.arrived_unix_ms = delivery->stored_unix_ms;
      found.push_back({std::move(message), delivery->stream_sequence});
    }
    given_ += found.size();
    return found;
  }

 private:
  const HistoryRequest& request_;
  std::uint64_t pending_;
  std::uint64_t taken_ = 0;  // number of the newest message in the broker's count
  std::uint64_t given_ = 0;
  std::uint64_t lost_ = 0;
  bool finished_ = false;
};

Deadline wait_of(const HistoryRequest& request) {
  const Deadline quiet = Steady::now() + request.quiet;
  return request.deadline ? std::min(quiet, *request.deadline) : quiet;
}

bool connection_lost(const outside::BusBatch& batch) {
  return std::any_of(batch.notices.begin(), batch.notices.end(), [](const outside::BusNotice& notice) {
    return notice.kind == outside::BusNotice::Kind::disconnected;
  });
}

outside::Answer<bool> publish_empty(outside::Bus& bus, std::string subject, Deadline deadline) {
  outside::BusMessage sign;
  sign.subject = std::move(subject);
  co_return co_await bus.publish(std::move(sign), deadline);
}

outside::Answer<HistoryRead> read_all(outside::Bus& bus, const HistoryRequest& request,
                                      outside::BusSubscription& subscription, std::uint64_t pending,
                                      const std::function<bool(std::vector<StoredMessage>)>& take) {
  HistoryReader reader(request, pending);
  Deadline silence = wait_of(request);
  while (!reader.finished()) {
    // Heartbeats alone do not count: what was announced may have been removed meanwhile.
    const std::uint64_t before = reader.result().messages;
    auto batch = co_await subscription.next(silence);
    if (Steady::now() >= silence)
      co_return Error{ErrorKind::timeout, "the broker stopped sending what the stream keeps", request.stream};
    std::vector<std::string> controls;
    auto found = reader.take(batch, controls);
    for (auto& subject : controls) {
      const auto sent = co_await publish_empty(bus, std::move(subject), wait_of(request));
      if (!sent) co_return sent.error();
    }
    if (!found.empty() && !take(std::move(found))) break;
    if (reader.result().messages > before) silence = wait_of(request);
    if (!reader.finished() && connection_lost(batch))
      co_return Error{ErrorKind::unavailable, "the connection was lost while the stream was read", request.stream};
  }
  co_return reader.result();
}

}  // namespace

outside::Answer<parse::StreamEnd> stream_end(outside::Bus& bus, std::string stream, Deadline deadline) {
  const auto answer = co_await ask_streams(bus, "STREAM.INFO." + stream, {}, deadline);
  if (!answer) co_return answer.error();
  co_return parse::parse_stream_end(*answer);
}

outside::Answer<HistoryRead> read_history(outside::Bus& bus, HistoryRequest request,
                                          std::function<bool(std::vector<StoredMessage>)> take) {
  const std::string inbox = bus.inbox();
  auto subscription = bus.subscribe(inbox);
  if (!subscription) co_return subscription.error();
  std::string description = consumer_description(request, inbox);
  const auto answer =
      co_await ask_streams(bus, "CONSUMER.CREATE." + request.stream, std::move(description), wait_of(request));
  if (!answer) co_return answer.error();
  const auto consumer = parse::parse_stream_consumer(*answer);
  if (!consumer) co_return consumer.error();
  auto read = co_await read_all(bus, request, **subscription, consumer->pending, take);
  // It would go by itself after a while; nobody needs to know whether this reaches it.
  const Deadline until = wait_of(request);
  if (Steady::now() >= until) co_return read;
  std::string removal = fmt::format("$JS.API.CONSUMER.DELETE.{}.{}", request.stream, consumer->name);
  static_cast<void>(co_await publish_empty(bus, std::move(removal), until));
  co_return read;
}

}  // namespace fleetwatch::service
