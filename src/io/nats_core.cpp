#include "io/nats_core.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <stdexcept>

#include "base/limits.hpp"
#include "io/user_file.hpp"
#include "parse/broker_servers.hpp"
#include "parse/nkey.hpp"

namespace fleetwatch::io {

namespace {

using outside::BusNotice;

std::string hexadecimal(std::span<const unsigned char> bytes) { return fmt::format("{:02x}", fmt::join(bytes, "")); }

std::string random_name() {
  std::array<unsigned char, 11> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) throw std::runtime_error("no random bytes");
  return hexadecimal(bytes);
}

std::string md5(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return {};
  return hexadecimal(std::span(digest).first(size));
}

// Brokers of Choria let the holder of a token subscribe below this alone.
std::string inbox_prefix(const model::BrokerSettings& settings) {
  if (!settings.inbox_prefix.empty()) return settings.inbox_prefix;
  if (settings.choria_token_file.empty()) return "_INBOX";
  const auto token = read_user_file(settings.choria_token_file, limits::kConfigFileBytes);
  const auto caller = token ? parse::choria_caller_id(*token) : std::nullopt;
  return caller ? fmt::format("{}.reply.{}", settings.collective, md5(*caller)) : settings.collective + ".reply";
}

Error lost_error(const std::string& why) {
  return {ErrorKind::unavailable, why.empty() ? "the connection to the broker was lost" : why, "broker"};
}

}  // namespace

class NatsBus::Core::FeedReceiver final : public NatsReceiver {
 public:
  explicit FeedReceiver(Feed feed) : feed_(std::move(feed)) {}
  void receive(outside::BusMessage message) override { feed_->put(std::move(message)); }
  void dropped(std::uint64_t count) override { feed_->set_library_dropped(count); }

 private:
  Feed feed_;
};

class NatsBus::Core::InboxReceiver final : public NatsReceiver {
 public:
  explicit InboxReceiver(std::weak_ptr<Core> core) : core_(std::move(core)) {}
  void receive(outside::BusMessage message) override {
    const std::string subject = message.subject;
    if (const auto core = core_.lock()) core->answer(subject, std::move(message));
  }
  void dropped(std::uint64_t /*count*/) override {}  // who asked runs into the deadline

 private:
  std::weak_ptr<Core> core_;
};

NatsBus::Core::Core(NatsBusOptions options)
    : options_(std::move(options)),
      inbox_(inbox_prefix(options_.settings) + "." + random_name() + "."),
      servers_(options_.settings.servers) {}

void NatsBus::Core::start() {
  // The thread does not own what joins it: `stop` is called before the last owner goes.
  thread_ = std::thread([this] { serve(); });
}

void NatsBus::Core::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

NatsBus::Core::Connecting NatsBus::Core::connect() {
  auto connecting = std::make_shared<Promised<std::string>>();
  const std::lock_guard lock(mutex_);
  if (connected_) {
    connecting->set(url_);
  } else {
    wanted_ = true;
    connecting_.push_back(connecting);
    changed_.notify_all();
  }
  return connecting;
}

void NatsBus::Core::give_up_connecting(const Connecting& connecting) {
  const std::lock_guard lock(mutex_);
  std::erase(connecting_, connecting);
  if (!ever_connected_ && connecting_.empty()) wanted_ = false;
  // What the last round ended with says more than that time is over.
  if (last_problem_) connecting->set(*last_problem_);
}

bool NatsBus::Core::was_connected() {
  const std::lock_guard lock(mutex_);
  return ever_connected_;
}

void NatsBus::Core::add(const Feed& feed) {
  const std::lock_guard lock(mutex_);
  feeds_.push_back(feed);
  work_.added.push_back(feed);
  changed_.notify_all();
}

void NatsBus::Core::remove(const Feed& feed) {
  const std::lock_guard lock(mutex_);
  std::erase(feeds_, feed);
  if (std::erase(work_.added, feed) == 0) work_.removed.push_back(feed);
  changed_.notify_all();
}

NatsBus::Core::Publishing NatsBus::Core::publish(outside::BusMessage message, Deadline deadline) {
  auto published = std::make_shared<Promised<bool>>();
  const std::lock_guard lock(mutex_);
  if (connected_) {
    work_.outgoing.push_back({std::move(message), deadline, published});
    changed_.notify_all();
  } else {
    published->set(lost_error("not connected to a broker"));
  }
  return published;
}

std::string NatsBus::Core::inbox() {
  const std::lock_guard lock(mutex_);
  // One word more than the subjects of single answers have, so that their subscription does not take it.
  return fmt::format("{}many.{}", inbox_, next_token_++);
}

NatsBus::Core::Answering NatsBus::Core::request(outside::BusMessage question) {
  auto answering = std::make_shared<Promised<outside::BusMessage>>();
  const std::lock_guard lock(mutex_);
  if (connected_) {
    question.reply = fmt::format("{}{}", inbox_, next_token_++);
    pending_.emplace(question.reply, Pending{question.subject, answering});
    work_.outgoing.push_back({std::move(question), {}, nullptr});
    changed_.notify_all();
  } else {
    answering->set(lost_error("not connected to a broker"));
  }
  return answering;
}

void NatsBus::Core::forget(const Answering& answering) {
  const std::lock_guard lock(mutex_);
  std::erase_if(pending_, [&](const auto& entry) { return entry.second.answered == answering; });
}

// ---- the bus's thread ----

void NatsBus::Core::serve() {
  while (auto session = connect_somewhere()) {
    // Who hears of the connection may count on every subscription.
    const bool usable = subscribe_all(*session);
    if (usable) announce();
    while (auto work = usable ? next_work() : std::nullopt) {
      for (const auto& feed : work->removed) handles_.erase(feed);
      for (const auto& feed : work->added) subscribe(*session, feed);
      send(*session, work->outgoing);
    }
    learn_servers(*session);
    inbox_handle_.reset();
    handles_.clear();
    session.reset();
    end_session();
  }
  nats_ReleaseThreadMemory();
}

std::optional<NatsBus::Core::Work> NatsBus::Core::next_work() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] {
    return stopping_ || lost_ || !work_.outgoing.empty() || !work_.added.empty() || !work_.removed.empty();
  });
  if (lost_ || (stopping_ && work_.outgoing.empty())) return std::nullopt;
  return std::exchange(work_, {});
}

std::optional<NatsSession> NatsBus::Core::connect_somewhere() {
  for (std::size_t failures = 0;; ++failures) {
    std::optional<Error> problem;
    bool all_denied = true;
    for (const auto& server : servers_) {
      if (!wait_until_wanted()) return std::nullopt;
      auto session = open_session(server);
      if (session) return std::move(*session);
      all_denied = all_denied && session.error().kind == ErrorKind::denied;
      // Who does not let us in says more about what to mend than who is not there.
      if (!problem || problem->kind != ErrorKind::denied) problem = session.error();
    }
    if (!wait_until_wanted()) return std::nullopt;
    if (!problem) problem = Error{ErrorKind::usage, "no broker is configured"};
    const bool goes_on = round_failed(*problem, all_denied);
    if (goes_on) options_.in_vain(*problem);
    if (!pause(options_.delay(failures))) return std::nullopt;
  }
}

Result<NatsSession> NatsBus::Core::open_session(const model::BrokerServer& server) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++session_number_;
    lost_ = false;
    why_lost_.clear();
  }
  const auto lost = [core = weak_from_this(), number](const std::string& why) {
    if (const auto alive = core.lock()) alive->session_lost(number, why);
  };
  const auto not_permitted = [core = weak_from_this()](const std::string& what) {
    if (const auto alive = core.lock()) alive->refused(what);
  };
  auto session = NatsSession::open(server, options_.settings, options_.times, {lost, not_permitted});
  session_server_ = server;
  return session;
}

void NatsBus::Core::announce() {
  const std::lock_guard lock(mutex_);
  url_ = model::display_url(session_server_);
  connected_ = true;
  if (std::exchange(ever_connected_, true)) tell_all({BusNotice::Kind::reconnected, url_});
  for (const auto& connecting : std::exchange(connecting_, {})) connecting->set(url_);
}

bool NatsBus::Core::round_failed(const Error& problem, bool all_denied) {
  const std::lock_guard lock(mutex_);
  last_problem_ = problem;
  const bool hopeless = problem.kind == ErrorKind::usage || problem.kind == ErrorKind::not_found ||
                        problem.kind == ErrorKind::malformed || (all_denied && options_.give_up_when_denied);
  if (ever_connected_ || !hopeless) return true;
  wanted_ = false;
  for (const auto& connecting : std::exchange(connecting_, {})) connecting->set(problem);
  return false;
}

bool NatsBus::Core::wait_until_wanted() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopping_ || wanted_; });
  return !stopping_;
}

bool NatsBus::Core::pause(milliseconds delay) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, delay, [&] { return stopping_; });
  return !stopping_;
}

bool NatsBus::Core::subscribe_all(NatsSession& session) {
  std::vector<Feed> feeds;
  {
    const std::lock_guard lock(mutex_);
    work_.added.clear();
    work_.removed.clear();
    feeds = feeds_;
  }
  for (const auto& feed : feeds) subscribe(session, feed);
  return feeds.empty() || session.flush(options_.times.connect).ok();
}

void NatsBus::Core::subscribe(NatsSession& session, const Feed& feed) {
  auto handle = session.subscribe(feed->subject(), std::make_shared<FeedReceiver>(feed));
  if (handle) {
    handles_[feed] = std::move(*handle);
  } else if (handle.error().kind != ErrorKind::unavailable) {  // a connection that is lost is told of by itself
    feed->put(BusNotice{BusNotice::Kind::refused, to_string(handle.error())});
  }
}

void NatsBus::Core::send(NatsSession& session, const std::deque<Outgoing>& outgoing) {
  std::vector<Publishing> sent;
  Deadline latest{};
  for (const auto& one : outgoing) {
    if (!one.published && !inbox_handle_) {
      auto handle = session.subscribe(inbox_ + "*", std::make_shared<InboxReceiver>(weak_from_this()));
      if (handle) inbox_handle_ = std::move(*handle);
    }
    const auto published = session.publish(one.message);
    if (!one.published) {
      if (!published) fail_request(one.message.reply, published.error());
    } else if (!published) {
      one.published->set(published.error());
    } else {
      sent.push_back(one.published);
      latest = std::max(latest, one.deadline);
    }
  }
  if (sent.empty()) return;
  const auto flushed = session.flush(std::chrono::duration_cast<milliseconds>(latest - Steady::now()));
  for (const auto& published : sent) published->set(flushed ? Result<bool>(true) : Result<bool>(flushed.error()));
}

void NatsBus::Core::learn_servers(const NatsSession& session) {
  for (const auto& address : session.discovered()) {
    auto found = parse::discovered_server(address, session_server_);
    if (!found || servers_.size() >= limits::kListItems) continue;
    const auto same = [&](const auto& known) { return known.host == found->host && known.port == found->port; };
    if (std::none_of(servers_.begin(), servers_.end(), same)) servers_.push_back(std::move(*found));
  }
}

void NatsBus::Core::end_session() {
  const std::lock_guard lock(mutex_);
  const bool was_connected = std::exchange(connected_, false);
  for (const auto& feed : feeds_) feed->session_ended();
  if (was_connected && !stopping_) tell_all({BusNotice::Kind::disconnected, why_lost_});
  const auto error = lost_error(why_lost_);
  for (const auto& one : std::exchange(work_.outgoing, {})) {
    if (one.published) one.published->set(error);
  }
  for (const auto& entry : std::exchange(pending_, {})) entry.second.answered->set(error);
}

void NatsBus::Core::fail_request(const std::string& reply, const Error& error) {
  const std::lock_guard lock(mutex_);
  const auto found = pending_.find(reply);
  if (found == pending_.end()) return;
  found->second.answered->set(error);
  pending_.erase(found);
}

// ---- threads of the library ----

void NatsBus::Core::session_lost(std::uint64_t number, const std::string& why) {
  const std::lock_guard lock(mutex_);
  if (number != session_number_) return;
  lost_ = true;
  why_lost_ = why;
  changed_.notify_all();
}

void NatsBus::Core::refused(const std::string& what) {
  const auto names = [&](const std::string& subject) { return what.find('"' + subject + '"') != std::string::npos; };
  const std::lock_guard lock(mutex_);
  // A request that may not be sent will never be answered.
  std::erase_if(pending_, [&](const auto& entry) {
    if (!names(entry.second.subject)) return false;
    outside::BusMessage nobody;
    nobody.status = 503;
    nobody.headers.push_back({"Description", what});
    entry.second.answered->set(nobody);
    return true;
  });
  const BusNotice notice{BusNotice::Kind::refused, what};
  std::vector<Feed> concerned;
  std::copy_if(feeds_.begin(), feeds_.end(), std::back_inserter(concerned),
               [&](const Feed& feed) { return names(feed->subject()); });
  for (const auto& feed : concerned.empty() ? feeds_ : concerned) feed->put(notice);
}

void NatsBus::Core::answer(const std::string& subject, outside::BusMessage message) {
  Answering answered;
  {
    const std::lock_guard lock(mutex_);
    const auto found = pending_.find(subject);
    if (found == pending_.end()) return;  // too late, or a second answer
    answered = std::move(found->second.answered);
    pending_.erase(found);
  }
  answered->set(std::move(message));
}

void NatsBus::Core::tell_all(const BusNotice& notice) {
  for (const auto& feed : feeds_) feed->put(notice);
}

}  // namespace fleetwatch::io
