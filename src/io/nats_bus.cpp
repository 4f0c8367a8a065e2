#include "io/nats_bus.hpp"

#include <algorithm>
#include <utility>

#include "io/nats_core.hpp"

namespace fleetwatch::io {

namespace {

// Neither blanks nor control characters, no empty part.
bool valid_subject(std::string_view subject) {
  const bool dots = subject.empty() || subject.front() == '.' || subject.back() == '.' ||
                    subject.find("..") != std::string_view::npos;
  return !dots && std::none_of(subject.begin(), subject.end(),
                               [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; });
}

Error bad_subject(std::string subject) {
  return {ErrorKind::malformed, "not a subject: parts without blanks, with dots between them", std::move(subject)};
}

Error not_connected(std::string where) {
  return {ErrorKind::unavailable, "not connected to a broker", std::move(where)};
}

Error too_late(std::string where) {
  return {ErrorKind::timeout, "no answer of the broker before the deadline", std::move(where)};
}

}  // namespace

class NatsBus::Subscription final : public outside::BusSubscription {
 public:
  Subscription(std::shared_ptr<Core> core, Core::Feed feed) : core_(std::move(core)), feed_(std::move(feed)) {
    core_->add(feed_);
  }
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  ~Subscription() override { core_->remove(feed_); }

  boost::asio::awaitable<outside::BusBatch> next(Deadline deadline) override { return take(feed_, deadline); }

 private:
  // A copy of the pointer: the subscription may end while somebody still waits.
  static boost::asio::awaitable<outside::BusBatch> take(Core::Feed feed, Deadline deadline) {
    co_return co_await feed->take(deadline);
  }

  std::shared_ptr<Core> core_;
  Core::Feed feed_;
};

NatsBus::NatsBus(NatsBusOptions options) : core_(std::make_shared<Core>(std::move(options))) { core_->start(); }

NatsBus::~NatsBus() { core_->stop(); }

outside::Answer<std::string> NatsBus::connect(Deadline deadline) {
  const auto core = core_;
  const auto connecting = core->connect();
  co_await connecting->wait(deadline);
  if (!connecting->is_set()) core->give_up_connecting(connecting);
  co_return connecting->take_or(too_late("broker"));
}

Result<std::unique_ptr<outside::BusSubscription>> NatsBus::subscribe(std::string subject) {
  if (!valid_subject(subject)) return bad_subject(std::move(subject));
  if (!core_->was_connected()) return not_connected(std::move(subject));
  auto feed = std::make_shared<NatsFeed>(std::move(subject), core_->limits());
  return std::unique_ptr<outside::BusSubscription>(std::make_unique<Subscription>(core_, std::move(feed)));
}

outside::Answer<outside::BusMessage> NatsBus::request(outside::BusMessage question, Deadline deadline) {
  const auto core = core_;
  const std::string subject = question.subject;
  if (!valid_subject(subject)) co_return bad_subject(subject);
  const auto answering = core->request(std::move(question));
  const Core::Interest interest(core, answering);
  co_await answering->wait(deadline);
  co_return answering->take_or(too_late(subject));
}

std::string NatsBus::inbox() { return core_->inbox(); }

outside::Answer<bool> NatsBus::publish(outside::BusMessage message, Deadline deadline) {
  const auto core = core_;
  const std::string subject = message.subject;
  if (!valid_subject(subject)) co_return bad_subject(subject);
  const auto published = core->publish(std::move(message), deadline);
  co_await published->wait(deadline);
  co_return published->take_or(too_late(subject));
}

}  // namespace fleetwatch::io
