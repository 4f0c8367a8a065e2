#include "service/campaign.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace fleetwatch::service {

namespace {

namespace asio = boost::asio;
using choria::PutAnswer;
using namespace std::chrono_literals;

// A key that was given back is free at once; not all candidates shall ask in the same millisecond.
constexpr milliseconds kAfterRelease{20};
constexpr milliseconds kAfterReleaseMost{120};
// After an eviction or the end of a key: time for the purge, and for clocks to agree.
constexpr milliseconds kAfterEnd{50};
constexpr milliseconds kAfterEndMost{250};
constexpr int kTriesAtEnd = 5;
constexpr milliseconds kBetweenTriesAtEnd{400};

constexpr std::chrono::hours kLongestWait{1};  // a later time overflows when it is computed with

void rethrow(const std::exception_ptr& bug) {
  if (bug) std::rethrow_exception(bug);
}

}  // namespace

Campaign::Campaign(outside::Bus& bus, ElectionBucket& bucket, CampaignSettings settings, CampaignEvents events,
                   std::function<double()> random)
    : bus_(bus),
      bucket_(bucket),
      settings_(std::move(settings)),
      events_(std::move(events)),
      random_(random),
      election_(settings_.timing, std::move(random)) {}

asio::awaitable<void> Campaign::run() {
  const auto self = shared_from_this();
  executor_ = co_await asio::this_coro::executor;
  timer_ = std::make_unique<BootTimer>(*executor_);
  if (settings_.listen) listen();
  apply(election_.start(BootClock::now()));
  while (!stopping_ || under_way_ > 0) {
    if (!stopping_ && !arrived_.empty()) {
      auto event = std::move(arrived_.front());
      arrived_.pop_front();
      take_event(std::move(event));
    } else if (!stopping_ && BootClock::now() >= next_time()) {
      wake_up();
    } else if (stopping_ && lease_has_ended()) {
      apply(election_.expire(BootClock::now()));
    } else {
      auto waiting = wait();
      co_await std::move(waiting);
    }
  }
  take_last_answers();
  apply(election_.stop());
  while (under_way_ > 0) {
    auto waiting = wait();
    co_await std::move(waiting);
  }
  if (unknown_) {
    auto settling = settle_unknown();
    co_await std::move(settling);
  }
  timer_.reset();  // it must not outlive the loop, which whoever holds the campaign may end first
}

void Campaign::stop() {
  stopping_ = true;
  end_wait();
}

void Campaign::end_wait() {
  if (timer_) timer_->cancel();
}

// What they say still counts: a key that was just won is given back too. Nothing new is begun.
void Campaign::take_last_answers() {
  for (const auto& event : std::exchange(arrived_, {})) {
    const auto* answer = std::get_if<PutAnswer>(&event);
    if (answer == nullptr) continue;
    for (const auto& effect : election_.put_answered(*answer, BootClock::now())) {
      if (const auto* ended = std::get_if<choria::Lost>(&effect)) lost(ended->reason);
      if (const auto* release = std::get_if<choria::Release>(&effect)) start(*release);
    }
  }
}

// A write whose answer never came may hold the key all the same: then it is given back too.
asio::awaitable<void> Campaign::settle_unknown() {
  auto reading = bucket_.read(settings_.election);
  const auto key = co_await std::move(reading);
  const auto state = key ? state_of(*key) : KeyRead();
  if (!state || !state->is_ours) co_return;
  auto releasing = bucket_.release(settings_.election, state->sequence);
  co_await std::move(releasing);
}

Campaign::KeyRead Campaign::state_of(const std::optional<model::ElectionKey>& key) const {
  if (!key) return KeyRead();
  choria::KeyState state;
  state.is_marker = key->marker;
  state.is_released = key->released;
  state.is_ours = !key->marker && key->holder == settings_.name && !settings_.run.empty() && key->run == settings_.run;
  state.sequence = key->revision;
  return state;
}

// A key that could not be read.
Campaign::KeyRead Campaign::state_without(const Error& problem) {
  if (problem.kind == ErrorKind::denied && knows_marker()) return std::exchange(marker_, std::nullopt);
  events_.failed(to_string(problem));
  return {};
}

// The bucket forgets it as it forgets values.
bool Campaign::knows_marker() {
  if (BootClock::now() >= marker_end_) marker_.reset();
  return marker_.has_value();
}

bool Campaign::lease_has_ended() const {
  return election_.state() == model::ElectionState::leader && BootClock::now() >= election_.lease_end();
}

asio::awaitable<void> Campaign::wait() {
  boost::system::error_code ignored;
  const bool leads = election_.state() == model::ElectionState::leader;
  const auto next = !stopping_ ? next_time() : leads ? election_.lease_end() : Time::max();
  timer_->expires_at(std::min(next, BootClock::now() + kLongestWait));
  co_await timer_->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

// A leader knows its times itself.
Campaign::Time Campaign::next_time() const {
  const bool leads = election_.state() == model::ElectionState::leader;
  return std::min({wake_at_, hint_at_, leads ? Time::max() : end_at_});
}

// The server may forget the key a little later than we think: then the next try is soon.
bool Campaign::drop_passed_hints(Time now) {
  const bool any = hint_at_ <= now || end_at_ <= now;
  if (hint_at_ <= now) hint_at_ = Time::max();
  if (end_at_ <= now) end_at_ = ++tries_at_end_ < kTriesAtEnd ? now + kBetweenTriesAtEnd : Time::max();
  return any;
}

void Campaign::wake_up() {
  const auto now = BootClock::now();
  // Between its two writes a new leader keeps to the times; what was heard is looked at afterwards.
  const bool in_between = election_.state() == model::ElectionState::leader && !election_.leads();
  if (in_between && now < wake_at_) {
    hint_at_ = wake_at_ + 1ms;
    return;
  }
  const bool hinted = drop_passed_hints(now);
  const bool busy = under_way_ > 0 && election_.state() == model::ElectionState::candidate;
  if (hinted && now < wake_at_ && busy) {
    if (knows_marker()) hint(kAfterRelease, kAfterReleaseMost);  // what is under way may have come too early for it
    return;
  }
  wake_at_ = Time::max();
  const auto campaigns_before = election_.counts().candidate_campaigns + election_.counts().leader_campaigns;
  const bool leads = election_.leads();
  const auto effects = election_.wake(BootClock::now());
  const auto campaigns = election_.counts().candidate_campaigns + election_.counts().leader_campaigns;
  if (campaigns != campaigns_before) events_.campaigns(leads);
  apply(effects);
}

void Campaign::take_event(Event event) {
  if (const auto* key = std::get_if<KeyRead>(&event)) return apply(election_.key_read(*key, BootClock::now()));
  const auto& answer = std::get<PutAnswer>(event);
  if (const auto* refused = std::get_if<choria::Refused>(&answer)) events_.failed(refused->reason);
  if (const auto* none = std::get_if<choria::NoAnswer>(&answer)) events_.failed(none->reason);
  // What was heard before this write was not stored.
  if (std::holds_alternative<choria::Stored>(answer) && written_over_at_ < newest_) written_over_.clear();
  apply(election_.put_answered(answer, BootClock::now()));
}

void Campaign::apply(const choria::Effects& effects) {
  for (const auto& effect : effects) {
    if (const auto* put = std::get_if<choria::Put>(&effect)) start(*put);
    if (const auto* read = std::get_if<choria::Read>(&effect)) start(*read);
    if (const auto* release = std::get_if<choria::Release>(&effect)) start(*release);
    if (std::holds_alternative<choria::Won>(effect)) events_.won();
    if (const auto* ended = std::get_if<choria::Lost>(&effect)) lost(ended->reason);
    if (const auto* wake = std::get_if<choria::WakeAt>(&effect)) wake_at_ = wake->time;
  }
}

// An answer that came: kept when it is to the newest question.
bool Campaign::answered(std::uint64_t number, Event event) {
  --under_way_;
  end_wait();
  if (number != newest_) return false;
  arrived_.push_back(std::move(event));
  return true;
}

void Campaign::start(const choria::Put& put) {
  ++under_way_;
  const auto asking = [](std::shared_ptr<Campaign> self, std::uint64_t expected,
                         std::uint64_t number) -> asio::awaitable<void> {
    auto writing = self->bucket_.put(self->settings_.election, self->settings_.name, expected, self->settings_.run);
    auto answer = co_await std::move(writing);
    const auto* wrong = std::get_if<choria::WrongSequence>(&answer);
    if (std::holds_alternative<choria::NoAnswer>(answer) || (wrong != nullptr && wrong->resent)) self->unknown_ = true;
    if (std::holds_alternative<choria::Stored>(answer)) {
      self->unknown_ = false;
      self->marker_.reset();
    }
    self->answered(number, Event(std::move(answer)));
  };
  asio::co_spawn(*executor_, asking(shared_from_this(), put.expected_sequence, ++newest_), rethrow);
}

void Campaign::start(const choria::Read& /*read*/) {
  ++under_way_;
  const auto asking = [](std::shared_ptr<Campaign> self, std::uint64_t number) -> asio::awaitable<void> {
    auto reading = self->bucket_.read(self->settings_.election);
    const auto key = co_await std::move(reading);
    if (key) self->marker_.reset();  // who may read needs no telling
    const auto state = key ? self->state_of(*key) : self->state_without(key.error());
    self->answered(number, Event(state));
  };
  asio::co_spawn(*executor_, asking(shared_from_this(), ++newest_), rethrow);
}

void Campaign::start(const choria::Release& release) {
  ++under_way_;
  const auto asking = [](std::shared_ptr<Campaign> self, std::uint64_t expected,
                         std::uint64_t number) -> asio::awaitable<void> {
    auto writing = self->bucket_.release(self->settings_.election, expected);
    const auto answer = co_await std::move(writing);
    const bool done = std::holds_alternative<choria::Stored>(answer);
    if (done) self->unknown_ = false;
    const bool later = self->unknown_ && std::holds_alternative<choria::WrongSequence>(answer);
    if (!done && !later) self->events_.failed("the key could not be given back");
    self->answered(number, Event(PutAnswer(choria::WrongSequence{})));
  };
  asio::co_spawn(*executor_, asking(shared_from_this(), release.expected_sequence, ++newest_), rethrow);
}

void Campaign::listen() {
  auto subscribed = bus_.subscribe(bucket_.subject_of(settings_.election));
  if (!subscribed) return;
  const auto hearing = [](std::shared_ptr<Campaign> self,
                          std::unique_ptr<outside::BusSubscription> key) -> asio::awaitable<void> {
    while (!self->stopping_) {
      auto waiting = key->next(Steady::now() + 1s);
      const auto batch = co_await std::move(waiting);
      if (self->stopping_) break;
      for (const auto& message : batch.messages) self->heard(message);
    }
  };
  asio::co_spawn(*executor_, hearing(shared_from_this(), std::move(*subscribed)), rethrow);
}

// Writes are heard whether they are stored or not: they are reason to try earlier, and never more than that.
void Campaign::heard(const outside::BusMessage& message) {
  const bool marker = !message.header(kOperation).empty();
  const bool creates = message.header(kExpectedSequence) == "0";
  if (!marker && message.payload == settings_.name && message.header(kRunHeader) == settings_.run) return;
  if (const auto sequence = to_number<std::uint64_t>(message.header(kMarkerHeader)); marker && sequence) {
    marker_ = choria::KeyState{};
    marker_->is_marker = true;
    marker_->is_released = !message.header(kReleasedHeader).empty();
    marker_->sequence = *sequence;
    marker_end_ = BootClock::now() + settings_.timing.ttl;
  }
  if (election_.state() == model::ElectionState::leader) {
    // Candidates only try to create the key; who has it writes once more before it leads.
    if (!creates) heard_as_leader(message);
    return;
  }
  if (!message.header(kReleasedHeader).empty()) return hint(kAfterRelease, kAfterReleaseMost);
  if (marker) return hint(kAfterEnd, kAfterEndMost);
  if (!creates) {
    leader_ = message.payload;
    tries_at_end_ = 0;
    const auto ago = Steady::now() - message.arrived;
    end_at_ = spread(kAfterEnd, kAfterEndMost, BootClock::now() - ago + settings_.timing.ttl);
    end_wait();
    return;
  }
  // The leader wants to become one: it is none any more.
  if (message.payload == leader_) hint(kAfterEnd, kAfterEndMost);
}

// Evicted, or another one writes: the next own write will tell.
void Campaign::heard_as_leader(const outside::BusMessage& message) {
  const auto who = "\"" + message.payload.substr(0, limits::kMessageBytes) + "\"";
  const bool conditional = !message.header(kExpectedSequence).empty();
  if (!message.header(kOperation).empty()) {
    written_over_ = "it was evicted";
  } else {
    written_over_ = conditional ? who : who + ", by a program that is no candidate: it did not ask who leads";
  }
  written_over_at_ = newest_;
  hint(0ms, 0ms);
}

void Campaign::lost(const std::string& reason) {
  const auto written = std::exchange(written_over_, {});
  events_.lost(reason == choria::kTaken && !written.empty() ? reason + ": " + written : reason);
}

Campaign::Time Campaign::spread(milliseconds least, milliseconds most, Time from) {
  const auto more = static_cast<double>((most - least).count()) * random_();
  return from + least + milliseconds(static_cast<int>(more));
}

void Campaign::hint(milliseconds least, milliseconds most) {
  hint_at_ = std::min(hint_at_, spread(least, most, BootClock::now()));
  end_wait();
}

}  // namespace fleetwatch::service
